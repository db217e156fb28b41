package io.raftctl.simulation.coverage;

/// A set of numbers that only grows and is only counted: open addressing in a table that is at most
/// half full. Numbers must be hashes, as their low bits say where they go.
final class Distinct {
  private long[] table = new long[1 << 10];
  private boolean hasZero;
  private int size;

  int size() {
    return size;
  }

  void add(long number) {
    if (number == 0) {
      size += hasZero ? 0 : 1;
      hasZero = true;
      return;
    }
    int place = place(number);
    if (table[place] == 0) {
      table[place] = number;
      size++;
      if (2 * size > table.length) {
        grow();
      }
    }
  }

  /// Where it stands, or would.
  private int place(long number) {
    int mask = table.length - 1;
    int place = (int) number & mask;
    while (table[place] != 0 && table[place] != number) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    for (long number : old) {
      if (number != 0) {
        table[place(number)] = number;
      }
    }
  }
}
