package io.raftctl.simulation.config;

import io.raftctl.raft.RaftConfig;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import io.raftctl.simulation.fault.Suffering;
import io.raftctl.statemachine.session.SessionLimits;
import java.util.EnumSet;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// What the seeds draw. Swarm testing: every seed draws its own mix, with zero among the rates, so
/// that a fault that masks another is often absent.
public record Swarm(WorldConfig world, Pace pace) {
  /// The world of a seed.
  public static Swarm of(long seed) {
    return of(seed, Choice.NONE);
  }

  /// The same, but for what was chosen.
  public static Swarm of(long seed, Choice choice) {
    RandomGenerator random = new SplittableRandom(seed).split();
    Suffering suffering = new Suffering(choice, new SplittableRandom(~seed));
    return new Draw(random, suffering).swarm(choice);
  }

  /// One draw; the order of the questions is part of what a seed means.
  private record Draw(RandomGenerator random, Suffering suffering) {
    Swarm swarm(Choice choice) {
      int drawn = pick(1, 2, 3, 3, 3, 4, 5, 5, 7);
      Pace pace = pace();
      int spares = Math.max(isNamed(Fault.MEMBERSHIP_CHURN) ? 1 : 0, pick(0, 1, 2, 2));
      Rot rot = rot();
      EnumSet<Trouble> troubles = troubles(rot);
      WorldConfig world =
          new WorldConfig(
              choice.nodes() > 0 ? choice.nodes() : drawn,
              spares,
              links(),
              disks(rot, troubles.contains(Trouble.FULL_DISKS)),
              core(),
              troubles);
      return new Swarm(world, pace);
    }

    private Pace pace() {
      return new Pace(
          pick(1, 3, 8, 20),
          pick(1, 1, 3, 10),
          pick(30, 30, 300, 2_000) * 1_000L,
          pick(3, 6, 12, 40) * 1_000_000L,
          faultMicrosMean(pick(0, 20, 100, 400, 1_500) * 1_000L),
          pick(0, 50, 90) / 100.0,
          suffering.isNamed());
    }

    /// What was named goes wrong in each world, however short it lasts.
    private long faultMicrosMean(long drawn) {
      return suffering.isNamed() ? Math.clamp(drawn, 20_000, 400_000) : drawn;
    }

    private Links links() {
      return new Links(
          suffering.rate(pick(0, 0, 1, 5, 30) / 100.0),
          suffering.rate(pick(0, 0, 5, 50) / 100.0),
          pick(500, 2_000, 20_000, 150_000),
          oneOf(3));
    }

    private Disks disks(Rot rot, boolean fills) {
      long syncMicrosMin = isNamed(Fault.SLOW_DISK) ? 20_000 : 0;
      return new Disks(
          Math.max(syncMicrosMin, pick(200, 2_000, 20_000, 200_000)),
          fills,
          rot,
          suffering.mayHave(Fault.BIT_ROT, !oneOf(3)),
          suffering.has(Fault.BIT_ROT, oneOf(2)),
          suffering.has(Fault.BIT_ROT, !oneOf(3)));
    }

    /// Where entries that are to come back rot, nodes stay and keep their disks.
    private Rot rot() {
      Rot drawn =
          switch (random.nextInt(12)) {
            case 0, 1, 2 -> Rot.SPARED;
            case 3 -> Rot.ANY;
            default -> Rot.NONE;
          };
      if (!suffering.isNamed()) {
        return drawn;
      }
      boolean stay = !isNamed(Fault.LOST_DISK) && !isNamed(Fault.MEMBERSHIP_CHURN);
      if (!isNamed(Fault.BIT_ROT) || !stay) {
        return Rot.NONE;
      }
      return drawn == Rot.NONE ? Rot.SPARED : drawn;
    }

    private Core core() {
      return new Core(
          pick(4, 10, 30),
          new RaftConfig.Features(!oneOf(4), !oneOf(4)),
          pick(2 << 10, 2 << 10, 4 << 10, 16 << 10, 256 << 10),
          Math.min(isNamed(Fault.FULL_DISK) ? 10_000 : 1 << 30, pick(500, 2_000, 10_000, 1 << 30)),
          oneOf(2)
              ? RaftConfig.Limits.DEFAULT
              : new RaftConfig.Limits(pick(60, 500, 4_000), pick(100, 2_000), 10_000, 1_000),
          oneOf(2)
              ? SessionLimits.DEFAULT
              : new SessionLimits(pick(2, 4, 10), pick(600, 4_000), 10_000),
          suffering.hasNameless(oneOf(3)));
    }

    private EnumSet<Trouble> troubles(Rot rot) {
      EnumSet<Trouble> all = EnumSet.noneOf(Trouble.class);
      put(all, Trouble.CRASHES, suffering.hasAny(oneOf(2), Fault.CRASH_STORM, Fault.BIT_ROT));
      put(all, Trouble.STORMS, suffering.has(Fault.CRASH_STORM, oneOf(4)));
      put(all, Trouble.PARTITIONS, suffering.has(Fault.PARTITION, oneOf(2)));
      put(all, Trouble.FLAPS, suffering.has(Fault.FLAPPING_LEADER, oneOf(4)));
      put(all, Trouble.PAUSES, suffering.hasNameless(oneOf(4)));
      put(all, Trouble.JUMPS, suffering.has(Fault.CLOCK_JUMP, oneOf(4)));
      put(all, Trouble.TRANSFERS, suffering.hasNameless(oneOf(3)));
      put(all, Trouble.CHANGES, suffering.has(Fault.MEMBERSHIP_CHURN, oneOf(3)));
      put(all, Trouble.JOINS, suffering.mayHave(Fault.MEMBERSHIP_CHURN, oneOf(3)));
      put(all, Trouble.MOVES, suffering.mayHave(Fault.MEMBERSHIP_CHURN, oneOf(3)));
      put(all, Trouble.FULL_DISKS, suffering.has(Fault.FULL_DISK, oneOf(2)));
      put(all, Trouble.FAILING_DISKS, suffering.hasNameless(oneOf(4)));
      put(all, Trouble.HANGING_DISKS, suffering.has(Fault.SLOW_DISK, oneOf(4)));
      boolean wipes = suffering.has(Fault.LOST_DISK, !oneOf(4));
      // Where spared entries rot, all that hold them stay, so that each comes back.
      put(all, Trouble.LOST_DISKS, wipes && rot != Rot.SPARED);
      return all;
    }

    private static void put(EnumSet<Trouble> all, Trouble trouble, boolean there) {
      if (there) {
        all.add(trouble);
      }
    }

    private boolean isNamed(Fault fault) {
      return suffering.isNamed(fault);
    }

    private boolean oneOf(int choices) {
      return random.nextInt(choices) == 0;
    }

    private int pick(int... choices) {
      return choices[random.nextInt(choices.length)];
    }
  }
}
