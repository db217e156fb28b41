package io.raftctl.simulation;

import io.raftctl.simulation.config.Pace;
import io.raftctl.simulation.config.Swarm;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.script.Shrinker;
import io.raftctl.simulation.time.Chance;
import io.raftctl.simulation.witness.Witnesses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

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

  /// Some minutes at most, where each run takes as long as the first.
  private static final int SHRINK_RUNS_MAX = 2_000;

  private final SimulatedStage stage;
  private final Choice choice;

  private Simulation(SimulatedStage stage, Choice choice) {
    this.stage = stage;
    this.choice = choice;
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

  /// Runs what was written down of a seed's run, or what is left of it.
  ///
  /// @throws SimulationFailure where the cluster broke a promise
  public static Report run(Script script) {
    return run(script, Witnesses.none(), Sabotage.NONE);
  }

  /// What is left of a run that broke a promise, and how many runs it took to find that.
  public record Shrunk(Script script, int runs) {}

  /// Leaves out of a run that broke a promise what it does not take.
  ///
  /// @param progress is told what is left, and again when it is less
  public static Shrunk shrink(SimulationFailure failure, Consumer<Script> progress) {
    return shrink(failure, progress, Sabotage.NONE);
  }

  static Shrunk shrink(SimulationFailure failure, Consumer<Script> progress, Sabotage sabotage) {
    Shrinker shrinker =
        new Shrinker(script -> broken(script, failure, sabotage), progress, SHRINK_RUNS_MAX);
    return new Shrunk(shrinker.shrink(failure.script()), shrinker.runs());
  }

  /// As far as the script got, where it broke that promise; else null.
  private static @Nullable Script broken(
      Script script, SimulationFailure promise, Sabotage sabotage) {
    try {
      run(script, Witnesses.none(), sabotage);
      return null;
    } catch (SimulationFailure broken) {
      return broken.invariant().equals(promise.invariant()) ? broken.script() : null;
    }
  }

  static Report run(long seed, Sabotage sabotage) {
    return run(seed, Choice.NONE, Witnesses.none(), sabotage);
  }

  static Report run(long seed, Choice choice, Witnesses witnesses, Sabotage sabotage) {
    return play(seed, choice, witnesses, sabotage).report;
  }

  /// A run, and what was done in it.
  record Played(Report report, Script script) {}

  static Played play(long seed, Choice choice, Witnesses witnesses, Sabotage sabotage) {
    Swarm swarm = Swarm.of(seed, choice);
    SimulatedStage stage = new SimulatedStage(seed, swarm.world(), witnesses, sabotage);
    Report report = new Simulation(stage, choice).run(() -> draw(stage, swarm.pace()));
    return new Played(report, stage.script());
  }

  static Report run(Script script, Witnesses witnesses, Sabotage sabotage) {
    SimulatedStage stage = new SimulatedStage(script.seed(), script.world(), witnesses, sabotage);
    return new Simulation(stage, Choice.NONE).run(() -> follow(stage, script));
  }

  private Report run(Runnable action) {
    try {
      stage.begin();
      action.run();
      Report report = report();
      mark(report, stage.world().coverage());
      return report;
    } catch (RuntimeException | AssertionError e) {
      throw new SimulationFailure(stage, choice, e);
    }
  }

  /// Does what the seed draws.
  private static void draw(SimulatedStage stage, Pace pace) {
    stage.machines().forEach(machine -> stage.perform(new Act.Start(machine.id())));
    List<Demand> demands = new ArrayList<>();
    for (int client = 1; client <= pace.clients(); client++) {
      demands.add(new Demand(client, stage, pace, Chance.of(stage.seed(), "demand " + client)));
    }
    demands.forEach(Demand::start);
    Nemesis nemesis = new Nemesis(stage, pace, Chance.of(stage.seed(), "nemesis"));
    nemesis.start();
    stage.pass(pace.busyMicros());
    nemesis.stop();
    demands.forEach(Demand::stop);
    stage.settle();
  }

  /// Does what was written down.
  private static void follow(SimulatedStage stage, Script script) {
    for (Script.Scene scene : script.scenes()) {
      stage.pass(scene.micros() - stage.nowMicros());
      scene.acts().forEach(stage::perform);
    }
    stage.pass(script.endMicros() - stage.nowMicros());
    if (script.settles()) {
      stage.settle();
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

  private Report report() {
    SimulatedCluster cluster = stage.world();
    Workload workload = stage.workload();
    return new Report(
        stage.seed(),
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
    return stage.machines().stream().mapToLong(what).sum();
  }
}
