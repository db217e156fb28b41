package io.raftctl.simulation.time;

import java.util.SplittableRandom;

/// One source of chance for each part of a world, all from the seed of the world.
///
/// What a part draws depends on nobody else: without one node, link or request, the others draw
/// what they drew with it. That is what makes it possible to leave parts out of a run that fails.
public final class Chance {
  private Chance() {}

  /// @param part names it, and no other part
  public static SplittableRandom of(long seed, String part) {
    return new SplittableRandom(mixed(seed ^ mixed(part.hashCode())));
  }

  /// Spreads neighbours over all numbers (the finalizer of MurmurHash3).
  private static long mixed(long number) {
    long mixed = number;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
