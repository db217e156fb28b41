package io.raftctl.simulation.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// What a file holds, apart from its name: as a process sees it, and on the platter.
final class Content {
  private static final int SECTOR = 512;

  private byte[] bytes = {};
  private int size;
  private byte[] platter = {};
  private int platterSize;

  /// Sectors that the next sync brings to the platter, with what they held after each write.
  private NavigableMap<Integer, List<byte[]>> unsynced = new TreeMap<>();

  Content copy() {
    Content copy = new Content();
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
    sync();
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
      byte[] version = Arrays.copyOfRange(bytes, sector * SECTOR, (sector + 1) * SECTOR);
      unsynced.computeIfAbsent(sector, _ -> new ArrayList<>()).add(version);
    }
  }

  void sync() {
    unsynced.forEach((sector, versions) -> settle(sector, versions.getLast()));
    unsynced.clear();
    platterSize = size;
  }

  void failSync(RandomGenerator random) {
    unsynced.forEach(
        (sector, versions) -> {
          if (random.nextBoolean()) {
            settle(sector, versions.getLast());
          }
        });
    unsynced.clear();
    platterSize = random.nextBoolean() ? size : platterSize;
  }

  void crash(RandomGenerator random, double keep) {
    unsynced.forEach(
        (sector, versions) -> {
          if (random.nextDouble() < keep) {
            settle(sector, versions.get(random.nextInt(versions.size())));
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
