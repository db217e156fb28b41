package io.raftctl.statemachine.session;

import io.raftctl.statemachine.Reply;

/// What the replicated state knows of one request.
public sealed interface Fate {
  /// It ran, there, and this was the reply. Final.
  record Applied(Place at, Reply reply) implements Fate {}

  /// It has not run and never will: there is the tombstone. Final.
  record Cancelled(Place at) implements Fate {}

  /// It has not run so far. An entry with it may still come, and then it runs.
  record NotApplied() implements Fate {}

  /// The session has expired, or its client has settled the request: nobody can tell any more
  /// whether it ran. No entry with it runs from now on.
  record Forgotten() implements Fate {}
}
