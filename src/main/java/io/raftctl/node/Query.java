package io.raftctl.node;

import io.raftctl.statemachine.session.RequestId;

/// What a read wants to know.
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
sealed interface Query {
  /// The state machine's answer to a command that only reads.
  record Command(byte[] command) implements Query {}

  /// Nothing but the confirmation that it may be answered.
  record Confirmation() implements Query {}

  /// What the sessions know of a request.
  ///
  /// @param since the request's own, or 0 where it is not known
  record FateOf(RequestId id, long since) implements Query {}
}
