package io.raftctl.simulation.coverage;

import io.raftctl.raft.Raft;
import org.jspecify.annotations.Nullable;

/// What a node is, or that it is down.
enum RoleKind {
  DOWN(0),
  FOLLOWER(1),
  LEARNER(2),
  PRE_CANDIDATE(3),
  CANDIDATE(4),
  LEADER(5);

  private final int number;

  RoleKind(int number) {
    this.number = number;
  }

  /// Tells it from the others, from 0 to 5.
  int number() {
    return number;
  }

  static RoleKind of(@Nullable Raft raft) {
    if (raft == null) {
      return DOWN;
    }
    return switch (raft.role()) {
      case "follower" -> FOLLOWER;
      case "learner" -> LEARNER;
      case "pre-candidate" -> PRE_CANDIDATE;
      case "candidate" -> CANDIDATE;
      case "leader" -> LEADER;
      default -> throw new AssertionError("no role " + raft.role());
    };
  }
}
