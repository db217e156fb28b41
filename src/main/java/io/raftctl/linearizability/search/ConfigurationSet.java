package io.raftctl.linearizability.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Numbers what a search has seen, each a few words long and kept without an object of its own. It
/// compares all words, so that nothing is ever taken for seen that was not.
final class ConfigurationSet {
  private static final int CHUNK_BITS = 14;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private final List<long[]> chunks = new ArrayList<>();
  private final long wordsMax;

  /// How many words the chunks take.
  private long used;

  private int roomInChunk;

  /// Of each place: where what hashed there begins, plus one; 0 where nothing did.
  private long[] table = new long[1 << 10];

  private int size;

  /// @param wordsMax how many words it may hold
  ConfigurationSet(long wordsMax) {
    this.wordsMax = wordsMax;
  }

  /// How many there are.
  int size() {
    return size;
  }

  /// The number of these words: the next one, where they are new.
  int number(long[] words, int length) {
    if (2 * size > table.length) {
      grow();
    }
    int place = hash(words, length) & (table.length - 1);
    while (table[place] != 0) {
      long at = table[place] - 1;
      if (holds(at, words, length)) {
        return numberAt(at);
      }
      place = (place + 1) & (table.length - 1);
    }
    table[place] = store(words, length) + 1;
    return size++;
  }

  boolean isFull() {
    return used + table.length > wordsMax;
  }

  /// In front of the words stands their number, and how many they are.
  private int numberAt(long at) {
    return (int) (chunks.get((int) (at >> CHUNK_BITS))[(int) at & (CHUNK - 1)] >> 32);
  }

  private boolean holds(long at, long[] words, int length) {
    long[] chunk = chunks.get((int) (at >> CHUNK_BITS));
    int from = (int) at & (CHUNK - 1);
    return (int) chunk[from] == length
        && Arrays.equals(chunk, from + 1, from + 1 + length, words, 0, length);
  }

  /// None crosses a chunk; one that is longer has a chunk of its own.
  private long store(long[] words, int length) {
    if (roomInChunk < 1 + length) {
      chunks.add(new long[Math.max(CHUNK, 1 + length)]);
      roomInChunk = chunks.getLast().length;
      used += roomInChunk;
    }
    long[] chunk = chunks.getLast();
    int from = chunk.length == CHUNK ? CHUNK - roomInChunk : 0;
    chunk[from] = (long) size << 32 | length;
    System.arraycopy(words, 0, chunk, from + 1, length);
    roomInChunk = chunk.length == CHUNK ? roomInChunk - 1 - length : 0;
    return ((long) (chunks.size() - 1) << CHUNK_BITS) + from;
  }

  private void grow() {
    long[] old = table;
    table = new long[old.length * 2];
    for (long entry : old) {
      if (entry != 0) {
        long[] chunk = chunks.get((int) ((entry - 1) >> CHUNK_BITS));
        int from = (int) (entry - 1) & (CHUNK - 1);
        int length = (int) chunk[from];
        int place = hash(chunk, from + 1, length) & (table.length - 1);
        while (table[place] != 0) {
          place = (place + 1) & (table.length - 1);
        }
        table[place] = entry;
      }
    }
  }

  private static int hash(long[] words, int length) {
    return hash(words, 0, length);
  }

  private static int hash(long[] words, int from, int length) {
    long hash = length;
    for (int i = from; i < from + length; i++) {
      hash = (hash ^ words[i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ (hash >>> 32));
  }
}
