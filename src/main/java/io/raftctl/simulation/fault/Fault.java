package io.raftctl.simulation.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What a person can name of all that goes wrong in a world.
public enum Fault {
  /// Links are cut: between two groups, one way, all but a bridge, or all but those of a ring.
  PARTITION,
  /// Whoever leads is cut off for a moment, again and again.
  FLAPPING_LEADER,
  /// Disks take long, and hang.
  SLOW_DISK,
  /// Disks are full for a while, some of them just when a snapshot is written or received.
  FULL_DISK,
  /// Nodes crash, and many of them one right after the other.
  CRASH_STORM,
  /// Clocks of nodes jump ahead.
  CLOCK_JUMP,
  /// Members come, go and move.
  MEMBERSHIP_CHURN,
  /// A node loses its disk and comes back with an empty one.
  LOST_DISK,
  /// What a node finds after its power has failed is not what was written.
  BIT_ROT;

  /// As the command line says it.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// All of them, as the command line says them.
  public static String words() {
    return Arrays.stream(values()).map(Fault::word).collect(Collectors.joining(","));
  }
}
