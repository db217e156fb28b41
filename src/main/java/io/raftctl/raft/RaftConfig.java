package io.raftctl.raft;

import java.util.List;

/// The settings of one node's core. Times are in ticks.
///
/// @param id this node
/// @param incarnation of its data directory
/// @param voters all nodes that vote as long as neither log nor snapshot says otherwise, this one
///   included, in ascending order; empty for a node that waits to be added to a cluster
/// @param electionTicksMin the least time without a leader after which a follower campaigns; each
///   wait is drawn at random between this and twice this (§5.2)
/// @param heartbeatTicks the time between heartbeats, well below `electionTicksMin`
/// @param features what goes beyond the paper
/// @param limits bounds on what is under way
public record RaftConfig(
    NodeId id,
    long incarnation,
    List<NodeId> voters,
    int electionTicksMin,
    int heartbeatTicks,
    Features features,
    Limits limits) {
  /// What elections do beyond the paper. All nodes of a cluster should agree on it.
  ///
  /// @param preVote a node asks whether it could win before it begins a term, so that one that was
  ///   cut off unseats nobody when it returns (thesis §9.6)
  /// @param checkQuorum a leader that hears from no majority steps down (thesis §6.2), and who has
  ///   heard from a leader lately votes for nobody else (thesis §4.2.3); leases rest on both
  public record Features(boolean preVote, boolean checkQuorum) {
    public static final Features DEFAULT = new Features(true, true);

    /// Figure 2, and nothing else.
    public static final Features PAPER = new Features(false, false);
  }

  /// @param messageBytesMax entries in one AppendEntries, and those handed out to apply in one
  ///   turn; an entry larger than this travels alone
  /// @param inflightBytesMax entries sent to one peer and not yet answered
  /// @param uncommittedBytesMax entries in a leader's log that are not committed yet; past it
  ///   proposals are refused as busy
  /// @param cacheBytesMax newest entries kept in memory; older ones are read from the disk
  public record Limits(
      long messageBytesMax, long inflightBytesMax, long uncommittedBytesMax, long cacheBytesMax) {
    public static final Limits DEFAULT = new Limits(1 << 20, 8 << 20, 64 << 20, 16 << 20);
  }

  /// @throws IllegalArgumentException where the settings contradict each other
  public RaftConfig {
    voters = voters.stream().sorted().distinct().toList();
    if (!voters.isEmpty() && !voters.contains(id)) {
      throw new IllegalArgumentException("node " + id + " is not among the voters " + voters);
    }
    if (heartbeatTicks < 1 || electionTicksMin <= heartbeatTicks) {
      throw new IllegalArgumentException(
          "the election timeout must be longer than the heartbeat interval");
    }
  }
}
