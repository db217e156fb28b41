package io.raftctl.simulation.config;

import java.util.EnumSet;
import java.util.Set;

/// What a world is like, before anybody does anything to it.
///
/// @param nodes how many make the cluster at first, all voters
/// @param spares how many more there are that wait to be added
/// @param troubles what may be done to it
public record WorldConfig(
    int nodes, int spares, Links links, Disks disks, Core core, Set<Trouble> troubles) {
  /// A world in which nothing goes wrong by itself.
  public static final WorldConfig CALM =
      new WorldConfig(3, 2, Links.CALM, Disks.CALM, Core.CALM, EnumSet.of(Trouble.CRASHES));

  /// More than all clients of a world have under way.
  private static final long BACKLOG_BYTES_MAX = 10_000;

  public WorldConfig {
    EnumSet<Trouble> sorted = EnumSet.noneOf(Trouble.class);
    sorted.addAll(troubles);
    troubles = sorted;
  }

  /// Whether this may be done to it.
  public boolean has(Trouble trouble) {
    return troubles.contains(trouble);
  }

  /// Whether who belongs to the cluster is the same from the beginning to the end.
  public boolean membersStay() {
    return !has(Trouble.CHANGES) && !has(Trouble.JOINS);
  }

  /// Whether messages mostly arrive, and these and the disks that do not hang are far faster than
  /// an election: so much that an election timeout is enough to send all that a leader may have
  /// accepted, a window after the other.
  public boolean isConnected() {
    long windows = 1 + BACKLOG_BYTES_MAX / core.limits().inflightBytesMax();
    long turnMicros = 2 * links.delayMicrosMax() + disks.syncMicrosMax();
    return !has(Trouble.PARTITIONS)
        && !has(Trouble.FLAPS)
        && links.lossRate() <= 0.05
        && Math.max(4, windows) * turnMicros <= 2 * core.electionMicros();
  }
}
