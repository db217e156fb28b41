package io.raftctl.simulation.coverage;

import io.raftctl.raft.Raft;
import org.jspecify.annotations.Nullable;

/// What a node is, or that it is down.
enum RoleKind {
  DOWN,
  FOLLOWER,
  LEARNER,
  PRE_CANDIDATE,
  CANDIDATE,
  LEADER;

  static final int COUNT = values().length;

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
