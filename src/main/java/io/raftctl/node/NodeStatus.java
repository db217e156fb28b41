package io.raftctl.node;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.repair.Damage;
import org.jspecify.annotations.Nullable;

/// What one node knows of itself, taken between two turns.
///
/// @param role `leader`, `candidate`, `pre-candidate` or `follower`
/// @param leader the leader of `term` as far as this node knows, or null
/// @param firstIndex the first entry of the log; what lies before is in a snapshot
/// @param snapshotIndex the last entry whose effect the newest snapshot holds, or 0
/// @param damage what its disk has lost of the log
/// @param heardNanos when a leader was last heard, by `System.nanoTime`; null where none ever was,
///   and where this node leads
/// @param halted why the node stopped taking turns, or null while it runs
public record NodeStatus(
    NodeId id,
    String role,
    long term,
    @Nullable NodeId leader,
    long commitIndex,
    long appliedIndex,
    long firstIndex,
    long lastIndex,
    long snapshotIndex,
    Damage damage,
    @Nullable Long heardNanos,
    @Nullable String halted) {
  /// The same, but for a node that stopped.
  public NodeStatus halted(String reason) {
    return new NodeStatus(
        id,
        role,
        term,
        leader,
        commitIndex,
        appliedIndex,
        firstIndex,
        lastIndex,
        snapshotIndex,
        damage,
        heardNanos,
        reason);
  }
}
