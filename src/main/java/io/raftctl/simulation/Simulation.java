package io.raftctl.simulation;

import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.witness.Witnesses;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;

/// One seed: a cluster of production nodes in a world whose disks, network and clocks are
/// simulated, broken for a while and then left in peace.
///
/// Everything happens on the calling thread. The same seed and the same code give the same run,
/// down to the trace's hash.
public final class Simulation {
  /// What a seed's run came to.
  ///
  /// @param traceHash the same for the same seed and the same code
  /// @param steps events that happened
  /// @param simulatedMicros how long the cluster lived
  /// @param acknowledged writes that were answered as done
  /// @param reads linearizable reads that were answered
  /// @param unknown writes that nobody could tell the outcome of
  /// @param repeated writes that were acknowledged after they had been sent again in doubt
  /// @param expired answers that a session had expired
  /// @param installs times that a node went on from a snapshot of a leader
  /// @param changes times that who votes or learns has changed
  /// @param joins nodes that joined and came to vote by their leader's doing
  /// @param dismissals nodes that joined, never caught up and were removed
  /// @param moves addresses of members that were recorded anew
  /// @param rejoins times that a node had lost its term and vote and counts again
  /// @param repairs damaged entries that came back
  /// @param misdirections writes that went to the wrong place and took the data of entries
  /// @param misdirectedRepairs entries that came back, among the repairs, whose data such a write
  ///   took
  /// @param heals times that a node's disk was full and had room again, without a restart
  /// @param wipes times that a node lost its disk and came back under its old id
  /// @param fallbacks times that a node's newest snapshot was rotten and the one before it was not
  /// @param replaced times that a node had lost the only snapshot that reaches its log and goes on
  ///   from another one
  /// @param hangs times that a disk hung and went on by itself
  /// @param killedHangs times that a disk hung until its node was killed
  /// @param handovers leaderships that were given away because the disk hung
  /// @param refusedWriting snapshots of nodes' own that found no room on the way
  /// @param refusedReceiving snapshots of leaders that found no room on the way
  /// @param fullInstalls times that a node went on from a snapshot of a leader on a full disk
  /// @param lost messages that never arrived
  public record Report(
      long seed,
      long traceHash,
      long steps,
      long simulatedMicros,
      long acknowledged,
      long reads,
      long unknown,
      long repeated,
      long expired,
      long installs,
      long changes,
      long joins,
      long dismissals,
      long moves,
      long rejoins,
      long repairs,
      long misdirections,
      long misdirectedRepairs,
      long heals,
      long wipes,
      long fallbacks,
      long replaced,
      long hangs,
      long killedHangs,
      long handovers,
      long refusedWriting,
      long refusedReceiving,
      long fullInstalls,
      long lost) {}

  private static final long CALM_SYNC_MICROS = 2_000;

  private final long seed;
  private final SimulationConfig config;
  private final SimulatedCluster cluster;
  private final Workload workload;
  private final Wishes wishes;
  private final Nemesis nemesis;
  private final SplittableRandom random;
  private final Convergence convergence;

  private Simulation(long seed, Choice choice, Witnesses witnesses, Sabotage sabotage) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    config = SimulationConfig.of(seed, choice);
    random.split(); // That one drew the world.
    cluster = new SimulatedCluster(config, random, witnesses, sabotage);
    List<SimulatedNode> all = List.copyOf(cluster.machines().values());
    workload = new Workload(cluster, all, random.split());
    wishes = new Wishes(cluster, all, random.split());
    nemesis = new Nemesis(cluster, cluster.network(), all, wishes, random.split());
    convergence = new Convergence(cluster);
  }

  /// Runs a seed to its end.
  ///
  /// @throws SimulationFailure where the cluster broke a promise
  public static Report run(long seed) {
    return run(seed, Choice.NONE, Witnesses.none());
  }

  /// The same, with some things chosen, and seen by those who want to.
  public static Report run(long seed, Choice choice, Witnesses witnesses) {
    return run(seed, choice, witnesses, Sabotage.NONE);
  }

  static Report run(long seed, Sabotage sabotage) {
    return run(seed, Choice.NONE, Witnesses.none(), sabotage);
  }

  static Report run(long seed, Choice choice, Witnesses witnesses, Sabotage sabotage) {
    Simulation simulation = new Simulation(seed, choice, witnesses, sabotage);
    try {
      Report report = simulation.run();
      mark(report, witnesses.coverage());
      return report;
    } catch (RuntimeException | AssertionError e) {
      throw new SimulationFailure(
          simulation.place(),
          choice,
          simulation.cluster.trace(),
          simulation.cluster.machines().values(),
          e);
    }
  }

  /// What the report counts are marks, too.
  private static void mark(Report report, Coverage coverage) {
    coverage.reach(Mark.OUTCOME_UNKNOWN, report.unknown);
    coverage.reach(Mark.DONE_AFTER_DOUBT, report.repeated);
    coverage.reach(Mark.SESSION_EXPIRED, report.expired);
    coverage.reach(Mark.SNAPSHOT_INSTALLED, report.installs);
    coverage.reach(Mark.MEMBERS_CHANGED, report.changes);
    coverage.reach(Mark.NODE_JOINED, report.joins);
    coverage.reach(Mark.JOINER_DISMISSED, report.dismissals);
    coverage.reach(Mark.NODE_MOVED, report.moves);
    coverage.reach(Mark.VOTE_LOST_AND_REGAINED, report.rejoins);
    coverage.reach(Mark.ENTRY_REPAIRED, report.repairs);
    coverage.reach(Mark.WRITE_MISDIRECTED, report.misdirections);
    coverage.reach(Mark.MISDIRECTED_REPAIRED, report.misdirectedRepairs);
    coverage.reach(Mark.DISK_FULL_AND_HEALED, report.heals);
    coverage.reach(Mark.DISK_LOST, report.wipes);
    coverage.reach(Mark.SNAPSHOT_FALLBACK, report.fallbacks);
    coverage.reach(Mark.SNAPSHOT_REPLACED, report.replaced);
    coverage.reach(Mark.DISK_HUNG, report.hangs);
    coverage.reach(Mark.DISK_HUNG_FOR_GOOD, report.killedHangs);
    coverage.reach(Mark.HANGING_LEADER_LEFT, report.handovers);
    coverage.reach(Mark.OWN_SNAPSHOT_WITHOUT_ROOM, report.refusedWriting);
    coverage.reach(Mark.SENT_SNAPSHOT_WITHOUT_ROOM, report.refusedReceiving);
    coverage.reach(Mark.SNAPSHOT_INSTALLED_ON_FULL_DISK, report.fullInstalls);
    coverage.reach(Mark.MESSAGE_LOST, report.lost);
  }

  private SimulationFailure.Place place() {
    return new SimulationFailure.Place(
        seed, cluster.steps(), cluster.nowMicros(), cluster.trace().hash());
  }

  private Report run() {
    cluster.note(config.toString());
    machines().forEach(SimulatedNode::start);
    workload.start(config.clients());
    wishes.start();
    nemesis.start();
    cluster.runUntil(config.busyMicros());

    cluster.note("faults end");
    nemesis.stop();
    cluster.limitSyncs(CALM_SYNC_MICROS);
    workload.stop();
    convergence.await();
    workload.judge();
    recoverOne();
    return new Report(
        seed,
        cluster.trace().hash(),
        cluster.steps(),
        cluster.nowMicros(),
        workload.acknowledged(),
        workload.reads(),
        workload.unknown(),
        workload.repeated(),
        workload.expired(),
        sum(node -> node.tally().installs),
        cluster.safety().history().changes(),
        cluster.safety().history().joins(),
        cluster.safety().history().dismissals(),
        cluster.safety().history().moves(),
        sum(node -> node.tally().rejoins),
        sum(node -> node.tally().repairs),
        sum(node -> cluster.safety().disk(node.id()).misdirections()),
        sum(node -> cluster.safety().disk(node.id()).misdirectedRepaired()),
        sum(node -> node.tally().heals),
        sum(node -> node.lostDisk() ? 1 : 0),
        sum(node -> node.tally().fallbacks),
        sum(node -> node.tally().replaced),
        sum(node -> node.disk().hangs()),
        sum(node -> node.disk().killedHangs()),
        sum(node -> node.disk().handovers()),
        sum(node -> node.disk().refusedWriting()),
        sum(node -> node.disk().refusedReceiving()),
        sum(node -> node.disk().fullInstalls()),
        cluster.network().lost());
  }

  private long sum(ToLongFunction<SimulatedNode> what) {
    return machines().stream().mapToLong(what).sum();
  }

  private Collection<SimulatedNode> machines() {
    return cluster.machines().values();
  }

  /// In the end all machines but one are lost, and its operator makes a new cluster of what is
  /// left.
  private void recoverOne() {
    List<SimulatedNode> survivors =
        machines().stream()
            .filter(node -> node.running() && node.remembers() && !node.lostDisk())
            .toList();
    if (!survivors.isEmpty()) {
      survivors.get(random.nextInt(survivors.size())).recoverByHand();
    }
  }
}
