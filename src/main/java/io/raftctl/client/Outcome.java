package io.raftctl.client;

/// What the client knows of its command, or of its read, in the end.
public sealed interface Outcome {
  RequestId requestId();

  /// Committed and applied; for a read: answered linearizably.
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
  /// @param reason what happened, in one line
  record Indeterminate(RequestId requestId, String reason) implements Outcome {}
}
