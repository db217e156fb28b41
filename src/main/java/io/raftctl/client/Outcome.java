package io.raftctl.client;

/// What the client knows of its command, or of its read, in the end.
public sealed interface Outcome {
  RequestId requestId();

  /// Committed and applied, once; for a read: answered linearizably. However often the command was
  /// sent, this is its first place and its first reply.
  ///
  /// @param index the command's place in the log; for a read, of the last entry it rests on
  /// @param ok false for a negative answer: not found, compare failed, not understood
  /// @param reply what the state machine said
  record Done(RequestId requestId, long index, long term, boolean ok, String reply)
      implements Outcome {}

  /// Certainly not applied, now or later.
  record NotApplied(RequestId requestId, Problem problem) implements Outcome {}

  /// Applied or not, perhaps later: nobody here can tell.
  ///
  /// @param since what the cluster must be told to tell it ([ClusterClient#outcome])
  /// @param reason what happened, in one line
  record Indeterminate(RequestId requestId, long since, String reason) implements Outcome {}

  /// What the cluster knows of one request.
  sealed interface Fate {
    /// It was applied, and this was its first outcome.
    record Applied(Done first) implements Fate {}

    /// It was not applied and never will be: a tombstone stands at this index.
    record Cancelled(long index, long term) implements Fate {}

    /// It was not applied by any entry up to this index. A later one may still apply it.
    record NotApplied(long asOf) implements Fate {}

    /// Nobody can tell any more: the session has expired, or its client has settled the request.
    record Forgotten(long asOf) implements Fate {}
  }
}
