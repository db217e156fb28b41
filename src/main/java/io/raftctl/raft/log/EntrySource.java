package io.raftctl.raft.log;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import java.util.ArrayList;
import java.util.List;

/// Where the log reads entries that are no longer in its cache: the seam to the storage.
///
/// Holds every entry that an earlier turn's [Effects] told the outside to append, less what a later
/// one replaced.
public interface EntrySource {
  /// How much of the log a scan reads at once.
  long SCAN_BYTES = 1 << 20;

  /// The terms of all entries held, as found at start, damaged ones too. The caller gets a copy of
  /// its own.
  TermRuns terms();

  /// The last entry held; the one before the log where there is none.
  default EntryId last() {
    return terms().last();
  }

  /// The entry before the first one of the log.
  default EntryId base() {
    return terms().base();
  }

  /// The entries held by name only, as found at start, in the order of their indexes.
  default List<DamagedEntry> damaged() {
    return List.of();
  }

  /// The configuration entries held, in their order, as found at start; without damaged ones.
  ///
  /// @throws RuntimeException where they cannot be read
  default List<Entry> configurations() {
    List<Entry> found = new ArrayList<>();
    long next = terms().firstIndex();
    while (next <= terms().lastIndex()) {
      try {
        List<Entry> entries = read(next, terms().lastIndex(), SCAN_BYTES);
        entries.stream().filter(it -> it.kind() == Entry.Kind.CONFIGURATION).forEach(found::add);
        next = entries.getLast().index() + 1;
      } catch (DamagedEntryException e) {
        next = e.entry().index() + 1;
      }
    }
    return found;
  }

  /// Entries `from` to `to`, both included, as many as fit into `bytesMax`, but at least one. Stops
  /// before an entry that is damaged, where it is not the first.
  ///
  /// @throws DamagedEntryException where the first one is damaged; that can be found out here
  /// @throws RuntimeException where they cannot be read; the node then halts
  List<Entry> read(long from, long to, long bytesMax);
}
