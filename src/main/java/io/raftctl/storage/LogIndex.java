package io.raftctl.storage;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.TermRuns;
import java.util.Arrays;

/// Where the entries of the log lie. Not safe for several threads.
///
/// A point is the position of one entry. From a point up to the next, entries lie one after another
/// in one segment; so a reader finds an entry by a short walk from the point before it.
final class LogIndex {
  /// How much of the log lies between two points, at least: what a reader walks at most.
  private static final int SPACING = 16 << 10;

  private final TermRuns terms = new TermRuns();
  private long[] indices = new long[64];
  private long[] positions = new long[64];
  private int points;

  /// Whether the next entry does not lie right behind the last one.
  private boolean broken = true;

  /// Entries that lie one after another.
  ///
  /// @param position of the first of them
  record Run(long first, long last, long position) {}

  TermRuns terms() {
    return terms;
  }

  /// Takes an entry, in place of those from its index on.
  void put(EntryId id, long position) {
    if (id.index() <= terms.lastIndex()) {
      truncateFrom(id.index());
    }
    terms.append(id);
    // Unsigned, and so across segments too: their numbers are the upper half of a position.
    if (broken || position - positions[points - 1] >= SPACING) {
      add(id.index(), position);
      broken = false;
    }
  }

  /// The run that holds `index`, as far as it goes behind it.
  Run runOf(long index) {
    int found = Arrays.binarySearch(indices, 0, points, index);
    int point = found >= 0 ? found : -found - 2;
    long last = point + 1 < points ? indices[point + 1] - 1 : terms.lastIndex();
    return new Run(indices[point], last, positions[point]);
  }

  private void truncateFrom(long index) {
    terms.truncateFrom(index);
    while (points > 0 && indices[points - 1] >= index) {
      points--;
    }
    broken = true;
  }

  private void add(long index, long position) {
    if (points == indices.length) {
      indices = Arrays.copyOf(indices, 2 * points);
      positions = Arrays.copyOf(positions, 2 * points);
    }
    indices[points] = index;
    positions[points] = position;
    points++;
  }
}
