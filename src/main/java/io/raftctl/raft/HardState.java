package io.raftctl.raft;

import org.jspecify.annotations.Nullable;

/// What a node must remember across a restart beside its log (Figure 2, persistent state).
///
/// @param term the latest term this node has seen
/// @param vote the candidate that got this node's vote in that term, or null
public record HardState(long term, @Nullable NodeId vote) {
  /// The state of a node that has never run.
  public static final HardState INITIAL = new HardState(0, null);
}
