package io.raftctl.scenario;

import io.raftctl.cluster.ClusterException;
import io.raftctl.raft.NodeId;
import io.raftctl.repl.LineRunner.Result;
import io.raftctl.repl.Words;
import io.raftctl.simulation.SimulatedStage;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.judge.Violation;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Runs one line of a script in a simulated world. The same lines give the same run.
///
/// The world begins with the first line that is not about the world itself. Between two lines no
/// time passes.
public final class SimulatedRunner {
  /// Makes a world.
  interface Stages {
    SimulatedStage begin(long seed, WorldConfig world, @Nullable Consumer<String> trace);
  }

  private static final Result DONE = new Result(0, false);

  private final Stages stages;
  private final ToIntFunction<ClusterException> report;
  private final PrintStream out;
  private final @Nullable Consumer<String> trace;
  private final Staging staging = new Staging();
  private @Nullable SimulatedStage stage;

  /// @param report tells the user of a failure, and returns its exit code
  /// @param trace is told what happens, a line each; null where nobody wants to hear it
  public SimulatedRunner(
      ToIntFunction<ClusterException> report, PrintStream out, @Nullable Consumer<String> trace) {
    this(report, out, trace, SimulatedStage::new);
  }

  SimulatedRunner(
      ToIntFunction<ClusterException> report,
      PrintStream out,
      @Nullable Consumer<String> trace,
      Stages stages) {
    this.stages = stages;
    this.report = report;
    this.out = out;
    this.trace = trace;
  }

  public Result run(String line) {
    try {
      List<String> words = Words.of(line);
      return words.isEmpty() ? DONE : run(words);
    } catch (ClusterException e) {
      return new Result(report.applyAsInt(e), false);
    } catch (RuntimeException | AssertionError e) {
      String what = e instanceof Violation ? "the nodes broke a promise: " : "a node failed: ";
      ClusterException broken =
          ClusterException.negative(
              what + Violation.text(e),
              "this is a bug of raftctl; please report it with this script");
      return new Result(report.applyAsInt(broken), true);
    } finally {
      out.flush();
    }
  }

  private Result run(List<String> words) throws ClusterException {
    String verb = words.getFirst();
    List<String> arguments = words.subList(1, words.size());
    if (Staging.knows(verb)) {
      if (stage != null) {
        throw ClusterException.usage(
            "the world has begun already", "'" + verb + "' stands before all other lines");
      }
      staging.set(words);
      return DONE;
    }
    if (verb.equals("exit")) {
      return new Result(0, true);
    }
    SimulatedStage world = stage();
    if (verb.equals("at")) {
      return at(world, arguments);
    }
    if (NodeVerbs.WORDS.contains(verb)) {
      new NodeVerbs(world, out).run(verb, arguments);
      return DONE;
    }
    if (ActVerbs.WORDS.contains(verb)) {
      new ActVerbs(world, out).run(verb, arguments);
      return DONE;
    }
    return client(world, verb, arguments, null);
  }

  private SimulatedStage stage() {
    SimulatedStage begun = stage;
    if (begun == null) {
      begun = stages.begin(staging.seed(), staging.world(), trace);
      stage = begun;
    }
    return begun;
  }

  private Result at(SimulatedStage world, List<String> words) throws ClusterException {
    if (words.size() < 2) {
      throw ClusterException.usage("usage: at NODE COMMAND…", "such as: at 3 get k");
    }
    NodeId node = new Cast(world).node(words.getFirst());
    return client(world, words.get(1), words.subList(2, words.size()), node);
  }

  private Result client(
      SimulatedStage world, String verb, List<String> arguments, @Nullable NodeId at)
      throws ClusterException {
    if (!ClientVerbs.WORDS.contains(verb)) {
      throw ClusterException.usage(
          "no command '" + verb + "' in a simulated world",
          "there are "
              + String.join(", ", NodeVerbs.WORDS)
              + ", "
              + String.join(", ", ActVerbs.WORDS)
              + ", "
              + String.join(", ", ClientVerbs.WORDS)
              + ", at and exit");
    }
    return new Result(new ClientVerbs(world, out).run(verb, arguments, at), false);
  }
}
