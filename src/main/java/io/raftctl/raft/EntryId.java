package io.raftctl.raft;

import org.jspecify.annotations.Nullable;

/// Which entry: two logs that hold the same id at an index hold the same entry there, and the same
/// entries before it (Log Matching, §5.3).
///
/// @param term the term of the leader that created the entry; 0 only before the first entry
/// @param index the place in the log, from 1; 0 is the place before the first entry
public record EntryId(long term, long index) implements Comparable<EntryId> {
  /// The place before the first entry, which every log holds.
  public static final EntryId NONE = new EntryId(0, 0);

  public EntryId {
    if (term < 0 || index < 0) {
      throw new IllegalArgumentException("negative term or index: " + term + ", " + index);
    }
  }

  /// The order of §5.4.1: by term, then by index. A log is at least as up-to-date as another if its
  /// last id is not smaller.
  @Override
  public int compareTo(EntryId other) {
    return term != other.term ? Long.compare(term, other.term) : Long.compare(index, other.index);
  }

  // By hand, as ids are compared in every turn: what the compiler puts in is slower until it is
  // hot.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EntryId id && term == id.term && index == id.index;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(term) + Long.hashCode(index);
  }

  @Override
  public String toString() {
    return index + "@" + term;
  }
}
