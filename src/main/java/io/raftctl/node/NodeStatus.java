package io.raftctl.node;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.repair.Damage;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// What one node knows of itself, taken between two turns.
///
/// @param role `leader`, `candidate`, `pre-candidate`, `follower` or `learner`
/// @param leader the leader of `term` as far as this node knows, or null
/// @param firstIndex the first entry of the log; what lies before is in a snapshot
/// @param snapshotIndex the last entry whose effect the newest snapshot holds, or 0
/// @param damage what its disk has lost of the log
/// @param diskFull whether its disk is full, so that it takes no commands
/// @param awaitedTerms whose terms this node waits to hear before it votes and counts again,
///   because its own term and vote are lost; null where it remembers them
/// @param heardNanos when a leader was last heard, by `System.nanoTime`; null where none ever was,
///   and where this node leads
/// @param members who belongs to the cluster by the last word of the log
/// @param committedMembers who does by what is committed
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
    boolean diskFull,
    @Nullable SortedSet<NodeId> awaitedTerms,
    @Nullable Long heardNanos,
    Configuration members,
    Configuration committedMembers,
    @Nullable String halted) {
  /// Who never will be a member again: their removal is committed.
  public SortedSet<NodeId> removed() {
    return committedMembers.removed();
  }

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
        diskFull,
        awaitedTerms,
        heardNanos,
        members,
        committedMembers,
        reason);
  }
}
