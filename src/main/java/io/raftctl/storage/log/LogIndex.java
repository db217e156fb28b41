package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.storage.log.RecordFormat.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private int[] ordinals = new int[64];
  private int points;

  /// Whether the next entry does not lie right behind the last one.
  private boolean broken = true;

  /// Where the log may begin after a removal of segments, ascending.
  private final List<Cut> cuts = new ArrayList<>();

  /// The segment of the last entry.
  private long segment;

  /// All entries after `last` lie in this segment and later ones, and none up to `last` lies there
  /// that counts.
  ///
  /// @param position of the record that says so: a start
  record Cut(long segment, EntryId last, long position) {}

  /// Entries that lie one after another.
  ///
  /// @param position of the first of them
  /// @param ordinal how many records lie before it in its segment
  record Run(long first, long last, long position, int ordinal) {}

  TermRuns terms() {
    return terms;
  }

  /// Takes an entry, in place of those from its index on.
  ///
  /// @param ordinal how many records lie before it in its segment
  void put(EntryId id, long position, int ordinal) {
    if (id.index() <= terms.lastIndex()) {
      truncateFrom(id.index());
    }
    segment = Position.segment(position);
    terms.append(id);
    // Unsigned, and so across segments too: their numbers are the upper half of a position.
    if (broken || position - positions[points - 1] >= SPACING) {
      add(id.index(), position, ordinal);
      broken = false;
    }
  }

  /// Refuses entries that do not follow each other and the log.
  ///
  /// @throws IllegalArgumentException where they do not
  void requireFits(List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    long first = entries.getFirst().index();
    if (first < terms.firstIndex() || first > terms.lastIndex() + 1) {
      throw new IllegalArgumentException("entry " + first + " cannot follow " + terms.last());
    }
    long term = terms.termAt(first - 1);
    for (int i = 0; i < entries.size(); i++) {
      EntryId id = entries.get(i).id();
      if (id.index() != first + i || id.term() < Math.max(1, term)) {
        throw new IllegalArgumentException("entry " + id + " is out of order");
      }
      term = id.term();
    }
  }

  /// The segment of the last entry put.
  long segment() {
    return segment;
  }

  /// The next entry lies in this segment, or in a later one that begins with a record of its own.
  void resumeIn(long number) {
    segment = number;
  }

  /// The entries to come lie in a segment that begins with the id of the last one.
  void beginSegment(Segment home) {
    segment = home.number();
    cuts.add(new Cut(segment, terms.last(), Position.of(home, Segment.FIRST)));
  }

  /// Forgets all entries: the next one follows `last`, as a start at `position` says.
  ///
  /// Where that is in the middle of a segment, a walk comes to it from any place where the log may
  /// begin; the last of these remains one.
  void startAfter(EntryId last, long position) {
    boolean first = Position.at(position) == Segment.FIRST;
    segment = Position.segment(position);
    long beginning = first ? segment : cuts.isEmpty() ? 0 : cuts.getLast().segment;
    terms.startAfter(last);
    points = 0;
    broken = true;
    cuts.clear();
    if (beginning > 0) {
      cuts.add(new Cut(beginning, last, position));
    }
  }

  /// The last place where the log may begin without losing an entry after `index`, if the record
  /// that says so lies before `end`; null where there is none.
  @Nullable Cut cutUpTo(long index, long end) {
    Cut found = null;
    for (Cut cut : cuts) {
      if (cut.last.index() <= index && cut.position < end) {
        found = cut;
      }
    }
    return found;
  }

  /// Forgets what lies before a cut.
  void compact(Cut cut) {
    terms.compactTo(cut.last.index());
    int first = 0;
    while (first < points && indices[first] <= cut.last.index()) {
      first++;
    }
    points -= first;
    System.arraycopy(indices, first, indices, 0, points);
    System.arraycopy(positions, first, positions, 0, points);
    System.arraycopy(ordinals, first, ordinals, 0, points);
    broken |= points == 0;
    cuts.removeIf(earlier -> earlier.segment < cut.segment);
  }

  /// The run that holds `index`, as far as it goes behind it.
  Run runOf(long index) {
    int found = Arrays.binarySearch(indices, 0, points, index);
    int point = found >= 0 ? found : -found - 2;
    long last = point + 1 < points ? indices[point + 1] - 1 : terms.lastIndex();
    return new Run(indices[point], last, positions[point], ordinals[point]);
  }

  private void truncateFrom(long index) {
    terms.truncateFrom(index);
    while (points > 0 && indices[points - 1] >= index) {
      points--;
    }
    while (!cuts.isEmpty() && cuts.getLast().last.index() >= index) {
      cuts.removeLast();
    }
    broken = true;
  }

  private void add(long index, long position, int ordinal) {
    if (points == indices.length) {
      indices = Arrays.copyOf(indices, 2 * points);
      positions = Arrays.copyOf(positions, 2 * points);
      ordinals = Arrays.copyOf(ordinals, 2 * points);
    }
    indices[points] = index;
    positions[points] = position;
    ordinals[points] = ordinal;
    points++;
  }
}
