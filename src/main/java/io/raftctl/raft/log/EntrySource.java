package io.raftctl.raft.log;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import java.util.List;

/// Where the log reads entries that are no longer in its cache: the seam to the storage.
///
/// Holds every entry that an earlier turn's [Effects] told the outside to append, less what a later
/// one replaced.
public interface EntrySource {
  /// The terms of all entries held, as found at start. The caller gets a copy of its own.
  TermRuns terms();

  /// Entries `from` to `to`, both included, as many as fit into `bytesMax`, but at least one.
  ///
  /// @throws RuntimeException where they cannot be read; the node then halts
  List<Entry> read(long from, long to, long bytesMax);
}
