package io.raftctl.simulation.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What a file holds, apart from its name: as a process sees it, and on the platter.
final class Content {
  private static final int SECTOR = 512;
  private static final byte[] ZEROS = new byte[SECTOR];

  private byte[] bytes = {};
  private int size;
  private byte[] platter = {};
  private int platterSize;

  /// Sectors that the next sync brings to the platter, with what they held after each write.
  private NavigableMap<Integer, List<byte[]>> unsynced = new TreeMap<>();

  /// By sector of the platter: its last write, where that came after the last power loss but one;
  /// null where nobody is to remember it.
  private final @Nullable NavigableMap<Integer, LastWrite> lastWrites;

  /// @param moment the later, the larger
  /// @param before what the sector held before it
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record LastWrite(long moment, byte[] before) {}

  /// @param remembers whether writes that reached the platter can turn out to be misdirected
  Content(boolean remembers) {
    lastWrites = remembers ? new TreeMap<>() : null;
  }

  /// As it is now; its past is forgotten.
  Content copy() {
    Content copy = new Content(false);
    copy.bytes = bytes.clone();
    copy.size = size;
    copy.platter = platter.clone();
    copy.platterSize = platterSize;
    unsynced.forEach((sector, versions) -> copy.unsynced.put(sector, new ArrayList<>(versions)));
    return copy;
  }

  int size() {
    return size;
  }

  /// All of it, as a process sees it.
  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }

  /// Holds something else, as if it had been there and synced.
  void become(byte[] other) {
    size = 0;
    write(ByteBuffer.wrap(other), 0);
    unsynced.forEach((sector, versions) -> settle(sector, versions.getLast()));
    unsynced.clear();
    platterSize = size;
  }

  /// Whole sectors whose last write is remembered, with its moment.
  NavigableMap<Integer, Long> lastWrites() {
    NavigableMap<Integer, Long> moments = new TreeMap<>();
    if (lastWrites != null) {
      lastWrites
          .headMap(platterSize / SECTOR)
          .forEach((sector, write) -> moments.put(sector, write.moment));
    }
    return moments;
  }

  /// What a sector held before its last write, which is remembered.
  byte[] before(int sector) {
    LastWrite write = lastWrites == null ? null : lastWrites.get(sector);
    if (write == null) {
      throw new IllegalArgumentException("nothing is known of a write to sector " + sector);
    }
    return write.before;
  }

  /// Makes a sector hold something else, in memory and on the platter; how it was written before is
  /// forgotten.
  void put(int sector, byte[] other) {
    if (lastWrites != null) {
      lastWrites.remove(sector);
    }
    settle(sector, other);
    System.arraycopy(other, 0, bytes, sector * SECTOR, SECTOR);
  }

  int read(ByteBuffer target, long position) {
    int from = (int) Math.min(position, size);
    int length = Math.min(target.remaining(), size - from);
    target.put(bytes, from, length);
    return length;
  }

  void write(ByteBuffer source, int position) {
    int end = position + source.remaining();
    bytes = grown(bytes, end);
    size = Math.max(size, end);
    source.get(bytes, position, end - position);
    for (int sector = position / SECTOR; sector * SECTOR < end; sector++) {
      unsynced.computeIfAbsent(sector, _ -> new ArrayList<>(1)).add(version(sector));
    }
  }

  /// What a sector holds now; nobody changes it. Most that are written are zeros of a new segment.
  private byte[] version(int sector) {
    int from = sector * SECTOR;
    boolean blank = Arrays.equals(bytes, from, from + SECTOR, ZEROS, 0, SECTOR);
    return blank ? ZEROS : Arrays.copyOfRange(bytes, from, from + SECTOR);
  }

  /// @param moment when it is, as for all that reaches the platter
  void sync(long moment) {
    unsynced.forEach((sector, versions) -> settle(sector, versions.getLast(), moment));
    unsynced.clear();
    platterSize = size;
  }

  void failSync(RandomGenerator random, long moment) {
    unsynced.forEach(
        (sector, versions) -> {
          if (random.nextBoolean()) {
            settle(sector, versions.getLast(), moment);
          }
        });
    unsynced.clear();
    platterSize = random.nextBoolean() ? size : platterSize;
  }

  /// @param since the moment of the power loss before: what came before it has been seen
  void crash(RandomGenerator random, double keep, long since, long moment) {
    if (lastWrites != null) {
      lastWrites.values().removeIf(write -> write.moment <= since);
    }
    unsynced.forEach(
        (sector, versions) -> {
          if (random.nextDouble() < keep) {
            settle(sector, versions.get(random.nextInt(versions.size())), moment);
          }
        });
    unsynced.clear();
    if (size > platterSize && random.nextDouble() < keep) {
      platterSize = random.nextBoolean() ? size : random.nextInt(platterSize, size + 1);
    }
    platter = grown(platter, platterSize);
    Arrays.fill(platter, platterSize, platter.length, (byte) 0);
    bytes = platter.clone();
    size = platterSize;
  }

  /// Memory gives up pages that a failed sync left for clean: then the platter's come back.
  void dropCleanPages(RandomGenerator random) {
    platter = grown(platter, bytes.length);
    for (int sector = 0; sector * SECTOR < bytes.length; sector++) {
      if (!unsynced.containsKey(sector) && random.nextBoolean()) {
        System.arraycopy(platter, sector * SECTOR, bytes, sector * SECTOR, SECTOR);
      }
    }
  }

  private void settle(int sector, byte[] version, long moment) {
    if (lastWrites != null) {
      platter = grown(platter, (sector + 1) * SECTOR);
      byte[] before = Arrays.copyOfRange(platter, sector * SECTOR, (sector + 1) * SECTOR);
      lastWrites.put(sector, new LastWrite(moment, before));
    }
    settle(sector, version);
  }

  private void settle(int sector, byte[] version) {
    platter = grown(platter, (sector + 1) * SECTOR);
    System.arraycopy(version, 0, platter, sector * SECTOR, SECTOR);
  }

  /// At least as long as `size`, in whole sectors.
  private static byte[] grown(byte[] bytes, int size) {
    if (bytes.length >= size) {
      return bytes;
    }
    int doubled = Math.max(size, 2 * bytes.length);
    return Arrays.copyOf(bytes, (doubled + SECTOR - 1) / SECTOR * SECTOR);
  }
}
