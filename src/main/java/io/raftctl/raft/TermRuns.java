package io.raftctl.raft;

import java.util.ArrayList;
import java.util.List;

/// The term of every entry of a log, in a few words a term instead of a word an entry: terms never
/// fall along a log, so it is a short list of runs.
///
/// Indices run from 1 without a gap up to [#lastIndex()].
public final class TermRuns {
  /// The first entry of each run: from there on, up to the next one, entries have its term.
  private final List<EntryId> runs = new ArrayList<>();

  private long lastIndex;

  /// A copy that changes apart from this one.
  public TermRuns copy() {
    TermRuns copy = new TermRuns();
    copy.runs.addAll(runs);
    copy.lastIndex = lastIndex;
    return copy;
  }

  public long lastIndex() {
    return lastIndex;
  }

  /// The id of the last entry, [EntryId#NONE] where there is none.
  public EntryId last() {
    return runs.isEmpty() ? EntryId.NONE : new EntryId(runs.getLast().term(), lastIndex);
  }

  /// Takes the next entry.
  ///
  /// @throws IllegalArgumentException where it leaves a gap or its term falls
  public void append(EntryId id) {
    if (id.index() != lastIndex + 1 || id.term() < last().term() || id.term() == 0) {
      throw new IllegalArgumentException("entry " + id + " cannot follow " + last());
    }
    if (id.term() != last().term()) {
      runs.add(id);
    }
    lastIndex = id.index();
  }

  /// Forgets the entries from `index` on.
  public void truncateFrom(long index) {
    while (!runs.isEmpty() && runs.getLast().index() >= index) {
      runs.removeLast();
    }
    lastIndex = Math.min(lastIndex, index - 1);
  }

  /// The term of the entry at `index`; 0 for index 0.
  ///
  /// @throws IndexOutOfBoundsException past the last index
  public long termAt(long index) {
    if (index < 0 || index > lastIndex) {
      throw new IndexOutOfBoundsException("no entry " + index + ", the last one is " + last());
    }
    return index == 0 ? 0 : runs.get(runOf(index)).term();
  }

  public boolean contains(EntryId id) {
    return id.index() <= lastIndex && termAt(id.index()) == id.term();
  }

  /// The last entry whose index is at most `index` and whose term is at most `term`: where a log
  /// that holds such an entry could begin to agree with this one.
  public EntryId lastAtMost(long term, long index) {
    long at = Math.min(index, lastIndex);
    while (at > 0 && termAt(at) > term) {
      at = runs.get(runOf(at)).index() - 1;
    }
    return new EntryId(termAt(at), at);
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
