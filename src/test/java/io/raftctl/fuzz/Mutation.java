package io.raftctl.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Makes bytes into others: what disks, cables, editors and hostile programs do to them.
public final class Mutation {
  private static final int SECTOR = 512;
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    65_535,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    1L << 59,
    1L << 60,
    (1L << 60) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 1
  };

  private Mutation() {}

  /// Bytes that differ from these in one way, or by bad luck do not.
  public static byte[] of(byte[] bytes, RandomGenerator random) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> flipped(bytes, random);
      case 3 -> overwritten(bytes, random);
      case 4 -> zeroed(bytes, random);
      case 5 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      case 6 -> extended(bytes, random);
      case 7 -> without(bytes, random);
      case 8 -> doubled(bytes, random);
      case 9 -> copied(bytes, random);
      case 10 -> swapped(bytes, random);
      default -> numbered(bytes, random);
    };
  }

  /// The same of a text, which stays one.
  public static String of(String text, RandomGenerator random) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new String(of(bytes, random), StandardCharsets.ISO_8859_1);
  }

  /// Bytes as they come.
  public static byte[] random(int lengthMax, RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(lengthMax + 1)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    for (int i = 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 1);
        i > 0 && changed.length > 0;
        i--) {
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private static byte[] overwritten(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    int from = random.nextInt(bytes.length + 1);
    byte[] noise = random(Math.min(64, bytes.length - from), random);
    System.arraycopy(noise, 0, changed, from, noise.length);
    return changed;
  }

  private static byte[] zeroed(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    Block block = Block.of(bytes, random);
    Arrays.fill(changed, block.from, block.from + block.length, (byte) 0);
    return changed;
  }

  private static byte[] extended(byte[] bytes, RandomGenerator random) {
    byte[] more = random(random.nextBoolean() ? 16 : 2048, random);
    if (random.nextBoolean()) {
      Arrays.fill(more, (byte) 0);
    }
    return joined(bytes, more);
  }

  private static byte[] without(byte[] bytes, RandomGenerator random) {
    Block block = Block.of(bytes, random);
    return joined(
        Arrays.copyOf(bytes, block.from),
        Arrays.copyOfRange(bytes, block.from + block.length, bytes.length));
  }

  private static byte[] doubled(byte[] bytes, RandomGenerator random) {
    Block block = Block.of(bytes, random);
    int end = block.from + block.length;
    return joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, block.from, bytes.length));
  }

  private static byte[] copied(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    Block block = Block.of(bytes, random);
    int to = block.elsewhere(bytes, random);
    System.arraycopy(bytes, block.from, changed, to, block.length);
    return changed;
  }

  private static byte[] swapped(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    Block block = Block.of(bytes, random);
    int to = block.elsewhere(bytes, random);
    System.arraycopy(bytes, block.from, changed, to, block.length);
    System.arraycopy(bytes, to, changed, block.from, block.length);
    return changed;
  }

  /// A number that somebody may not have thought of, in place of what may be one.
  private static byte[] numbered(byte[] bytes, RandomGenerator random) {
    byte[] changed = bytes.clone();
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    int length = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
    if (changed.length >= length) {
      int at = random.nextInt(changed.length - length + 1);
      ByteBuffer buffer = ByteBuffer.wrap(changed);
      if (length == Long.BYTES) {
        buffer.putLong(at, number);
      } else {
        buffer.putInt(at, (int) number);
      }
    }
    return changed;
  }

  private static byte[] joined(byte[] front, byte[] back) {
    byte[] all = Arrays.copyOf(front, front.length + back.length);
    System.arraycopy(back, 0, all, front.length, back.length);
    return all;
  }

  /// A piece of some bytes: sectors, or anything, of 2 KiB at most.
  private record Block(int from, int length) {
    static Block of(byte[] bytes, RandomGenerator random) {
      boolean whole = bytes.length >= SECTOR && random.nextBoolean();
      int from = random.nextInt(bytes.length + 1);
      int length = random.nextInt(random.nextBoolean() ? 32 : 4 * SECTOR);
      if (whole) {
        from -= from % SECTOR;
        length = (1 + random.nextInt(4)) * SECTOR;
      }
      return new Block(from, Math.min(length, bytes.length - from));
    }

    int elsewhere(byte[] bytes, RandomGenerator random) {
      int to = random.nextInt(bytes.length - length + 1);
      return length % SECTOR == 0 ? to - to % SECTOR : to;
    }
  }
}
