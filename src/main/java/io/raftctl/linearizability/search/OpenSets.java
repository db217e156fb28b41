package io.raftctl.linearizability.search;

import java.util.ArrayList;
import java.util.List;

/// With which operations of unknown outcome the search has been in each place: the smallest sets.
final class OpenSets {
  private final List<List<long[]>> smallest = new ArrayList<>();
  private final long wordsMax;
  private long words;

  OpenSets(long wordsMax) {
    this.wordsMax = wordsMax;
  }

  /// Takes note that the search is in a place with these.
  ///
  /// @param place a number; those that are new come in their order
  /// @return false where it has been there with the same, or with fewer of them
  boolean admit(int place, long[] open) {
    if (place == smallest.size()) {
      smallest.add(new ArrayList<>(1));
    }
    List<long[]> sets = smallest.get(place);
    for (long[] set : sets) {
      if (isWithin(set, open)) {
        return false;
      }
    }
    sets.removeIf(set -> isWithin(open, set));
    sets.add(open.clone());
    words += open.length + 4L; // The array has a header.
    return true;
  }

  boolean isFull() {
    return words > wordsMax;
  }

  private static boolean isWithin(long[] smaller, long[] larger) {
    for (int i = 0; i < smaller.length; i++) {
      if ((smaller[i] & ~larger[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
