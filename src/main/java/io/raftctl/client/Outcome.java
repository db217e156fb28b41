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
}
