package io.raftctl.simulation;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.RaftConfig;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import io.raftctl.simulation.fault.Suffering;
import io.raftctl.statemachine.session.SessionLimits;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;

/// The world of one seed. Swarm testing: every seed draws its own mix, with zero among the rates,
/// so that a fault that masks another is often absent.
///
/// @param nodes how many, all voters
/// @param clients how many, each with some requests under way
/// @param pauseMicrosMax a client waits up to so long before its next request: few requests leave
///   time for many faults, elections and snapshots at the same cost
/// @param busyMicros how long faults last; then they stop and the cluster must converge
/// @param lossRate share of the messages that vanish
/// @param duplicateRate share of the messages that arrive twice
/// @param delayMicrosMax messages take up to so long, each its own time
/// @param reorders whether messages overtake each other; otherwise those of a lane arrive in order,
///   as on the streams of a real transport
/// @param syncMicrosMax a sync takes up to so long
/// @param faultMicrosMean mean time between two acts of the nemesis; 0: it does nothing
/// @param electionTicks least wait for a leader; waits far below a message's delay make candidates
///   collide and leaders change all the time
/// @param aimAtLeader share of the nemesis' acts that go for the leader
/// @param crashes whether nodes crash and lose what they had not synced
/// @param partitions whether links are cut
/// @param pauses whether nodes stand still for a while
/// @param spares how many more nodes there are that wait to be added
/// @param changes whether members come and go
/// @param transfers whether leaders are told to hand over
/// @param features which of them the elections use
/// @param segmentBytes size of a log segment; small ones make rolling over common
/// @param snapshotBytes log between two snapshots; few make snapshots and their installation common
/// @param limits of the core; small ones make full windows and reads from the disk common
/// @param sessions limits of the sessions; small ones make their expiry common
/// @param writesPerClient how many writes a client has under way
/// @param appliesBeside whether the state machine is slow, loses its state at times, and so is told
///   beside the loop what is committed
/// @param forgets whether copies of a node's term and vote rot when its power fails
/// @param fills whether disks are full for a while
/// @param fails whether operations of disks fail
/// @param hangs whether disks hang, for long or until their nodes are killed
/// @param rot which entries rot
/// @param wipes whether a node loses its disk and comes back with an empty one under its old id
/// @param rotsSnapshots whether a node's newest snapshot rots when its power fails, where there is
///   another one, here or at another node
/// @param joins whether the spares join, each in one step
/// @param moves whether members get other addresses
/// @param misdirects whether writes go to the wrong place of the log, where entries rot
/// @param flaps whether whoever leads is cut off for a moment, again and again
/// @param storms whether many nodes crash one right after the other
/// @param jumps whether clocks of nodes jump ahead
/// @param named whether somebody has named what goes wrong
record SimulationConfig(
    int nodes,
    int clients,
    long pauseMicrosMax,
    long busyMicros,
    double lossRate,
    double duplicateRate,
    long delayMicrosMax,
    boolean reorders,
    long syncMicrosMax,
    long faultMicrosMean,
    int electionTicks,
    double aimAtLeader,
    boolean crashes,
    boolean partitions,
    boolean pauses,
    int spares,
    boolean changes,
    boolean transfers,
    RaftConfig.Features features,
    int segmentBytes,
    long snapshotBytes,
    RaftConfig.Limits limits,
    SessionLimits sessions,
    int writesPerClient,
    boolean appliesBeside,
    boolean forgets,
    boolean fills,
    boolean fails,
    boolean hangs,
    Rot rot,
    boolean wipes,
    boolean rotsSnapshots,
    boolean joins,
    boolean moves,
    boolean misdirects,
    boolean flaps,
    boolean storms,
    boolean jumps,
    boolean named) {
  /// Which entries rot on the disk of a node whose power fails.
  enum Rot {
    NONE,

    /// Those that another node holds whole: the cluster must recover.
    SPARED,

    /// Any: where nobody holds an entry whole any more, the cluster must stay away from wrong
    /// answers, and need not have others.
    ANY
  }

  /// Where spared entries rot, all that hold them stay, so that each comes back.
  SimulationConfig {
    wipes = wipes && rot != Rot.SPARED;
    misdirects = misdirects && rot != Rot.NONE;
    long requests = 2 * busyMicros / pauseMicrosMax * clients * writesPerClient;
    pauseMicrosMax *= Math.max(1, requests / REQUESTS_MAX);
  }

  /// So many requests are enough, however many clients there are and however long a world lasts.
  private static final long REQUESTS_MAX = 5_000;

  /// More than all clients of a world have under way.
  private static final long BACKLOG_BYTES_MAX = 10_000;

  /// A tick of every node's clock, but for its drift.
  static final long TICK_MICROS = 10_000;

  /// The world of a seed.
  static SimulationConfig of(long seed) {
    return of(seed, Choice.NONE);
  }

  /// The same, but for what was chosen.
  static SimulationConfig of(long seed, Choice choice) {
    Suffering suffering = new Suffering(choice, new SplittableRandom(~seed));
    return draw(new SplittableRandom(seed).split(), choice, suffering);
  }

  /// A world in which nothing goes wrong by itself, as fast as one rack.
  static SimulationConfig calm(SimulatedStage.Scene scene) {
    RaftConfig.Limits usual = RaftConfig.Limits.DEFAULT;
    boolean small = scene.messageBytes() < usual.messageBytesMax();
    return new SimulationConfig(
        scene.nodes(),
        0,
        1,
        0,
        0,
        0,
        1_000,
        false,
        1_000,
        0,
        30,
        0,
        true,
        false,
        false,
        scene.spares(),
        false,
        false,
        scene.paper() ? RaftConfig.Features.PAPER : RaftConfig.Features.DEFAULT,
        Math.clamp(scene.snapshotBytes(), 2 << 10, 64 << 10),
        scene.snapshotBytes(),
        small
            ? new RaftConfig.Limits(
                scene.messageBytes(),
                scene.messageBytes(),
                usual.uncommittedBytesMax(),
                usual.cacheBytesMax())
            : usual,
        SessionLimits.DEFAULT,
        0,
        false,
        false,
        false,
        false,
        false,
        Rot.NONE,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        false);
  }

  private static SimulationConfig draw(RandomGenerator random, Choice choice, Suffering suffering) {
    int nodes = pick(random, 1, 2, 3, 3, 3, 4, 5, 5, 7);
    return new SimulationConfig(
        choice.nodes() > 0 ? choice.nodes() : nodes,
        pick(random, 1, 3, 8, 20),
        pick(random, 30, 30, 300, 2_000) * 1_000L,
        pick(random, 3, 6, 12, 40) * 1_000_000L,
        suffering.rate(pick(random, 0, 0, 1, 5, 30) / 100.0),
        suffering.rate(pick(random, 0, 0, 5, 50) / 100.0),
        pick(random, 500, 2_000, 20_000, 150_000),
        random.nextInt(3) == 0,
        Math.max(
            suffering.isNamed(Fault.SLOW_DISK) ? 20_000 : 0,
            pick(random, 200, 2_000, 20_000, 200_000)),
        faultMicrosMean(pick(random, 0, 20, 100, 400, 1_500) * 1_000L, suffering),
        pick(random, 4, 10, 30),
        pick(random, 0, 50, 90) / 100.0,
        suffering.hasAny(random.nextBoolean(), Fault.CRASH_STORM, Fault.BIT_ROT),
        suffering.has(Fault.PARTITION, random.nextBoolean()),
        suffering.hasNameless(random.nextInt(4) == 0),
        Math.max(suffering.isNamed(Fault.MEMBERSHIP_CHURN) ? 1 : 0, pick(random, 0, 1, 2, 2)),
        suffering.has(Fault.MEMBERSHIP_CHURN, random.nextInt(3) == 0),
        suffering.hasNameless(random.nextInt(3) == 0),
        new RaftConfig.Features(random.nextInt(4) > 0, random.nextInt(4) > 0),
        pick(random, 2 << 10, 2 << 10, 4 << 10, 16 << 10, 256 << 10),
        Math.min(
            suffering.isNamed(Fault.FULL_DISK) ? 10_000 : 1 << 30,
            pick(random, 500, 2_000, 10_000, 1 << 30)),
        random.nextBoolean()
            ? RaftConfig.Limits.DEFAULT
            : new RaftConfig.Limits(
                pick(random, 60, 500, 4_000), pick(random, 100, 2_000), 10_000, 1_000),
        random.nextBoolean()
            ? SessionLimits.DEFAULT
            : new SessionLimits(pick(random, 2, 4, 10), pick(random, 600, 4_000), 10_000),
        pick(random, 1, 1, 3, 10),
        suffering.hasNameless(random.nextInt(3) == 0),
        suffering.has(Fault.BIT_ROT, random.nextInt(2) == 0),
        suffering.has(Fault.FULL_DISK, random.nextInt(2) == 0),
        suffering.hasNameless(random.nextInt(4) == 0),
        suffering.has(Fault.SLOW_DISK, random.nextInt(4) == 0),
        rot(random, suffering),
        suffering.has(Fault.LOST_DISK, random.nextInt(4) > 0),
        suffering.has(Fault.BIT_ROT, random.nextInt(3) > 0),
        suffering.mayHave(Fault.MEMBERSHIP_CHURN, random.nextInt(3) == 0),
        suffering.mayHave(Fault.MEMBERSHIP_CHURN, random.nextInt(3) == 0),
        suffering.mayHave(Fault.BIT_ROT, random.nextInt(3) > 0),
        suffering.has(Fault.FLAPPING_LEADER, random.nextInt(4) == 0),
        suffering.has(Fault.CRASH_STORM, random.nextInt(4) == 0),
        suffering.has(Fault.CLOCK_JUMP, random.nextInt(4) == 0),
        suffering.isNamed());
  }

  /// What was named goes wrong in each world, however short it lasts.
  private static long faultMicrosMean(long drawn, Suffering suffering) {
    return suffering.isNamed() ? Math.clamp(drawn, 20_000, 400_000) : drawn;
  }

  /// Where entries that are to come back rot, nodes stay and keep their disks.
  private static Rot rot(RandomGenerator random, Suffering suffering) {
    Rot drawn =
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> Rot.SPARED;
          case 3 -> Rot.ANY;
          default -> Rot.NONE;
        };
    if (!suffering.isNamed()) {
      return drawn;
    }
    boolean stay =
        !suffering.isNamed(Fault.LOST_DISK) && !suffering.isNamed(Fault.MEMBERSHIP_CHURN);
    if (!suffering.isNamed(Fault.BIT_ROT) || !stay) {
      return Rot.NONE;
    }
    return drawn == Rot.NONE ? Rot.SPARED : drawn;
  }

  /// A disk as a machine gets it.
  SimulatedDisk emptyDisk(NodeId id, SplittableGenerator random) {
    SimulatedDisk empty = new SimulatedDisk("disk-" + id, random.split());
    if (fills && random.nextInt(4) == 0) {
      empty.copyOnWrite();
    }
    if (misdirects) {
      empty.rememberWrites();
    }
    return empty;
  }

  /// Whether messages mostly arrive, and these and the disks that do not hang are far faster than
  /// an election: so much that an election timeout is enough to send all that a leader may have
  /// accepted, a window after the other.
  boolean isConnected() {
    long timeoutMicros = electionTicks * TICK_MICROS;
    long windows = 1 + BACKLOG_BYTES_MAX / limits.inflightBytesMax();
    long turnMicros = 2 * delayMicrosMax + syncMicrosMax;
    return !partitions
        && !flaps
        && lossRate <= 0.05
        && Math.max(4, windows) * turnMicros <= 2 * timeoutMicros;
  }

  private static int pick(RandomGenerator random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
