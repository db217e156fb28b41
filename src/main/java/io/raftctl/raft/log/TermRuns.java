package io.raftctl.raft.log;

import io.raftctl.raft.EntryId;
import java.util.ArrayList;
import java.util.List;

/// The term of every entry of a log, in a few words a term instead of a word an entry: terms never
/// fall along a log, so it is a short list of runs.
///
/// Indices run without a gap from the one after [#base()] up to [#lastIndex()]. What lies before is
/// in a snapshot: all of it is committed.
public final class TermRuns {
  /// The first entry of each run: from there on, up to the next one, entries have its term.
  private final List<EntryId> runs = new ArrayList<>();

  /// The entry before the first one.
  private EntryId base = EntryId.NONE;

  private long lastIndex;

  /// A copy that changes apart from this one.
  public TermRuns copy() {
    TermRuns copy = new TermRuns();
    copy.runs.addAll(runs);
    copy.base = base;
    copy.lastIndex = lastIndex;
    return copy;
  }

  /// The entry before the first one, [EntryId#NONE] where nothing is in a snapshot. Its term is
  /// known still.
  public EntryId base() {
    return base;
  }

  /// The index of the first entry, whether it is there already or not.
  public long firstIndex() {
    return base.index() + 1;
  }

  public long lastIndex() {
    return lastIndex;
  }

  /// The id of the last entry, [#base()] where there is none.
  public EntryId last() {
    return runs.isEmpty() ? base : new EntryId(runs.getLast().term(), lastIndex);
  }

  /// Forgets all entries: the next one follows `newBase`.
  public void startAfter(EntryId newBase) {
    runs.clear();
    base = newBase;
    lastIndex = newBase.index();
  }

  /// Forgets the entries up to `index`, which are in a snapshot.
  public void compactTo(long index) {
    if (index <= base.index()) {
      return;
    }
    EntryId newBase = new EntryId(termAt(index), index);
    while (runs.size() > 1 && runs.get(1).index() <= index + 1) {
      runs.removeFirst();
    }
    if (index == lastIndex) {
      runs.clear();
    } else if (runs.getFirst().index() <= index) {
      runs.set(0, new EntryId(runs.getFirst().term(), index + 1));
    }
    base = newBase;
  }

  /// Takes the next entry.
  ///
  /// @throws IllegalArgumentException where it leaves a gap or its term falls
  public void append(EntryId id) {
    if (id.index() != lastIndex + 1 || id.term() < last().term() || id.term() == 0) {
      throw new IllegalArgumentException("entry " + id + " cannot follow " + last());
    }
    if (runs.isEmpty() || id.term() != last().term()) {
      runs.add(id);
    }
    lastIndex = id.index();
  }

  /// Forgets the entries from `index` on; none of them is in a snapshot.
  public void truncateFrom(long index) {
    if (index <= base.index()) {
      throw new IndexOutOfBoundsException("entry " + index + " is in a snapshot up to " + base);
    }
    while (!runs.isEmpty() && runs.getLast().index() >= index) {
      runs.removeLast();
    }
    lastIndex = Math.min(lastIndex, index - 1);
  }

  /// The term of the entry at `index`; that of [#base()] is known too, and 0 for index 0.
  ///
  /// @throws IndexOutOfBoundsException before the base and past the last index
  public long termAt(long index) {
    if (index < base.index() || index > lastIndex) {
      throw new IndexOutOfBoundsException(
          "no entry " + index + ": the log goes from " + firstIndex() + " to " + last());
    }
    return index == base.index() ? base.term() : runs.get(runOf(index)).term();
  }

  /// Whether the log has this entry. What lies before the base it has had: a snapshot holds it, it
  /// is committed, and so no valid log holds anything else there.
  public boolean contains(EntryId id) {
    return id.index() < base.index()
        || (id.index() <= lastIndex && termAt(id.index()) == id.term());
  }

  /// The last entry whose index is at most `index` and whose term is at most `term`: where a log
  /// that holds such an entry could begin to agree with this one. No further back than the base,
  /// which is committed.
  public EntryId lastAtMost(long term, long index) {
    long at = Math.min(index, lastIndex);
    while (at > base.index() && termAt(at) > term) {
      at = runs.get(runOf(at)).index() - 1;
    }
    return at <= base.index() ? base : new EntryId(termAt(at), at);
  }

  /// Whether both logs end alike and hold the same entries, from where both begin on.
  public boolean matches(TermRuns other) {
    long first = Math.max(firstIndex(), other.firstIndex());
    return last().equals(other.last())
        && (first > lastIndex
            || (termAt(first) == other.termAt(first)
                && runsBehind(first).equals(other.runsBehind(first))));
  }

  private List<EntryId> runsBehind(long index) {
    int from = runs.size();
    while (from > 0 && runs.get(from - 1).index() > index) {
      from--;
    }
    return runs.subList(from, runs.size());
  }

  /// The last run that begins at or before `index`; the newest runs are asked for most.
  private int runOf(long index) {
    int run = runs.size() - 1;
    while (runs.get(run).index() > index) {
      run--;
    }
    return run;
  }
}
