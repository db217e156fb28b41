package io.raftctl.raft.progress;

import io.raftctl.raft.NodeId;
import java.util.SortedMap;

/// What a core keeps in memory, in bytes of entries: bounded by its limits, whatever its peers and
/// clients do.
///
/// @param cacheBytes the newest entries of the log
/// @param uncommittedBytes own entries that a leader has accepted and not committed; 0 elsewhere
/// @param inflightBytes by peer: what a leader has sent and has no answer to; empty elsewhere
public record Queues(
    long cacheBytes, long uncommittedBytes, SortedMap<NodeId, Long> inflightBytes) {}
