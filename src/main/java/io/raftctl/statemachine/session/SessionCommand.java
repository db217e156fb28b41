package io.raftctl.statemachine.session;

/// What an entry asks of the state machine and of the sessions.
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public sealed interface SessionCommand {
  /// The request that the entry came from.
  RequestId id();

  /// Runs as often as it stands in the log: the entries from before there were sessions, and those
  /// of clients that cannot name their requests.
  record Plain(RequestId id, byte[] command) implements SessionCommand {}

  /// Runs at most once, however often it stands in the log.
  record Once(Stamp stamp, byte[] command) implements SessionCommand {
    @Override
    public RequestId id() {
      return stamp.id();
    }
  }

  /// Puts a tombstone for a request that has not run, so that it never will.
  ///
  /// @param since the request's own [Stamp#since()], or 0 where nobody knows it: then the answer
  ///   may be that too much was forgotten to tell
  record Cancel(RequestId id, long since) implements SessionCommand {}
}
