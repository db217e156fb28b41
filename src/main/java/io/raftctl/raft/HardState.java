package io.raftctl.raft;

import org.jspecify.annotations.Nullable;

/// What a node must remember across a restart beside its log (Figure 2, persistent state).
///
/// @param term the latest term this node has seen
/// @param vote the candidate that got this node's vote in that term, or null
/// @param lost the disk remembers neither: this node may have promised anything
public record HardState(long term, @Nullable NodeId vote, boolean lost) {
  /// The state of a node that has never run.
  public static final HardState INITIAL = new HardState(0, null);

  /// The state of a node that has run and forgot it. See [io.raftctl.raft.rejoin].
  public static final HardState LOST = new HardState(0, null, true);

  public HardState(long term, @Nullable NodeId vote) {
    this(term, vote, false);
  }
}
