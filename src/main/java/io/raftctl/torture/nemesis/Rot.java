package io.raftctl.torture.nemesis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Flips bits in the log and the snapshots of a node that does not run, where something is written.
final class Rot {
  private static final Pattern ROTS = Pattern.compile("(log|snapshot)-[0-9]+");
  private static final int BLOCK = 64 << 10;

  private Rot() {}

  /// @return how many bits it flipped; 0 where nothing is written
  static int flip(Path directory, int flips, Random random) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files =
          all.filter(it -> ROTS.matcher(it.getFileName().toString()).matches()).sorted().toList();
    }
    int flipped = 0;
    for (int i = 0; i < flips && !files.isEmpty(); i++) {
      try (RandomAccessFile file =
          new RandomAccessFile(files.get(random.nextInt(files.size())).toFile(), "rw")) {
        long written = written(file);
        if (written > 0) {
          long at = random.nextLong(written);
          file.seek(at);
          int before = file.read();
          file.seek(at);
          file.write(before ^ 1 << random.nextInt(8));
          flipped++;
        }
      }
    }
    return flipped;
  }

  /// Up to the last byte that is not 0: the space behind it was only reserved.
  private static long written(RandomAccessFile file) throws IOException {
    byte[] block = new byte[BLOCK];
    for (long end = file.length(); end > 0; ) {
      long begin = Math.max(0, end - BLOCK);
      int length = (int) (end - begin);
      file.seek(begin);
      file.readFully(block, 0, length);
      for (int i = length - 1; i >= 0; i--) {
        if (block[i] != 0) {
          return begin + i + 1;
        }
      }
      end = begin;
    }
    return 0;
  }
}
