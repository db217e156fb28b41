package io.raftctl.raft.progress;

import io.raftctl.raft.NodeId;
import java.util.List;

/// What a core keeps in memory, in bytes of entries: bounded by its limits, whatever its peers and
/// clients do.
///
/// @param cacheBytes the newest entries of the log
/// @param uncommittedBytes own entries that a leader has accepted and not committed; 0 elsewhere
/// @param peers of a leader, in the order of their ids; empty elsewhere
public record Queues(long cacheBytes, long uncommittedBytes, List<Peer> peers) {
  /// What waits for one peer.
  ///
  /// @param matchIndex what is known to be synced there
  /// @param inflightBytes what the leader has sent and has no answer to
  public record Peer(NodeId id, long matchIndex, long inflightBytes) {}
}
