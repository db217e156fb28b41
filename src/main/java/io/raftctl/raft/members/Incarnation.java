package io.raftctl.raft.members;

import java.util.random.RandomGenerator;

/// Tells a node from one that has lost its disk and goes by the same id: a number that is drawn
/// when a data directory is made, and stays with it.
public final class Incarnation {
  /// Of a node that does not say it, as those of older builds.
  public static final long UNTOLD = 0;

  /// Of all directories that an older build made.
  public static final long OLDER = 1;

  private Incarnation() {}

  /// One for a directory that is made now.
  public static long draw(RandomGenerator random) {
    return random.nextLong(OLDER + 1, Long.MAX_VALUE);
  }
}
