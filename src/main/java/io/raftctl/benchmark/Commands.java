package io.raftctl.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;

/// The commands of a load: keys drawn evenly, values that no compression would shrink much.
///
/// The same seed gives the same commands. One thread at a time.
final class Commands {
  /// So that whoever finds the keys in a cluster knows where they came from.
  private static final String PREFIX = "bench";

  private static final byte[] PUT = "put ".getBytes(US_ASCII);
  private static final byte[] GET = "get ".getBytes(US_ASCII);
  private static final byte[] LETTERS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_".getBytes(US_ASCII);
  private static final int POOL_BYTES = 1 << 16;

  private final Load load;
  private final SplittableRandom random;

  /// Random text; a value is a piece of it that begins anywhere, since drawing each of its letters
  /// would cost the client more than sending them.
  private final byte[] pool;

  Commands(Load load, long seed) {
    this.load = load;
    this.random = new SplittableRandom(seed);
    this.pool = new byte[POOL_BYTES + load.valueBytes()];
    random.nextBytes(pool);
    for (int i = 0; i < pool.length; i++) {
      pool[i] = LETTERS[pool[i] & (LETTERS.length - 1)];
    }
  }

  /// How long a key must be for so many to differ.
  static int keyBytesMin(int keys) {
    return PREFIX.length() + Integer.toString(keys - 1).length();
  }

  boolean drawRead() {
    return random.nextInt(100) < load.readsPercent();
  }

  int drawKey() {
    return random.nextInt(load.keys());
  }

  byte[] get(int key) {
    byte[] command = new byte[GET.length + load.keyBytes()];
    System.arraycopy(GET, 0, command, 0, GET.length);
    writeKey(command, GET.length, key);
    return command;
  }

  byte[] put(int key) {
    int value = PUT.length + load.keyBytes() + 1;
    byte[] command = new byte[value + load.valueBytes()];
    System.arraycopy(PUT, 0, command, 0, PUT.length);
    writeKey(command, PUT.length, key);
    command[value - 1] = ' ';
    System.arraycopy(pool, random.nextInt(POOL_BYTES), command, value, load.valueBytes());
    return command;
  }

  private void writeKey(byte[] command, int from, int key) {
    int rest = key;
    for (int i = from + load.keyBytes() - 1; i >= from + PREFIX.length(); i--) {
      command[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    for (int i = 0; i < PREFIX.length(); i++) {
      command[from + i] = (byte) PREFIX.charAt(i);
    }
  }
}
