package io.raftctl.simulation.config;

import java.util.Locale;

/// What may be done to a world. What a judge may count on depends on it: where members stay, a
/// majority of them holds what was committed; where no clock jumps, a lease is kept.
public enum Trouble {
  /// Nodes crash and lose what they had not synced.
  CRASHES,
  /// Nodes crash one right after the other.
  STORMS,
  /// Links are cut.
  PARTITIONS,
  /// Whoever leads is cut off for a moment, again and again.
  FLAPS,
  /// Nodes stand still for a while.
  PAUSES,
  /// Clocks of nodes jump ahead.
  JUMPS,
  /// Leaders are told to hand over.
  TRANSFERS,
  /// Members come and go.
  CHANGES,
  /// The spares join, each in one step; some never catch up.
  JOINS,
  /// Members get other addresses.
  MOVES,
  /// Disks are full for a while.
  FULL_DISKS,
  /// Operations of disks fail.
  FAILING_DISKS,
  /// Disks hang, for long or until their nodes are killed.
  HANGING_DISKS,
  /// A node loses its disk and comes back with an empty one under its old id.
  LOST_DISKS;

  /// As scripts say it.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
