package io.raftctl.storage.snapshot;

import io.raftctl.raft.EntryId;

/// What a snapshot says of itself.
///
/// @param last the last entry whose effect it holds
/// @param cluster the id of the cluster
/// @param configuration the data of the latest configuration entry up to `last`; empty where there
///   is none
public record SnapshotHeader(EntryId last, String cluster, byte[] configuration) {}
