package io.raftctl.raft.progress;

import java.util.Arrays;

/// Majorities.
public final class Quorum {
  private Quorum() {}

  /// The highest value that a majority of the voters has reached.
  ///
  /// @param reached one value a voter; sorted in place
  public static long reached(long[] reached) {
    Arrays.sort(reached);
    return reached[(reached.length - 1) / 2];
  }
}
