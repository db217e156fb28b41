package io.raftctl.raft.snapshot;

import io.raftctl.raft.EntryId;

/// A snapshot, named by what it holds and by its bytes: equal ones are the same file, on whatever
/// node, so that a transfer from one leader goes on from another.
///
/// @param last the last entry whose effect it holds
/// @param bytes the length of the file
/// @param checksum of the whole file
public record Snapshot(EntryId last, long bytes, int checksum) {
  @Override
  public String toString() {
    return "snapshot at " + last + ", " + bytes + " B";
  }
}
