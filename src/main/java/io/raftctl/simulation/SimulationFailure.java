package io.raftctl.simulation;

import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.time.Trace;
import java.util.ArrayList;
import java.util.List;

/// A seed that broke a promise: which one, after how many steps, what happened right before, and
/// how to see it again. The message says all of that.
public final class SimulationFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What a node had come to.
  ///
  /// @param state in a few words
  /// @param events what happened there last, oldest first
  public record Last(String node, String state, List<String> events) {}

  /// Where a run ended.
  ///
  /// @param step so many events had happened
  public record Place(long seed, long step, long simulatedMicros, long traceHash) {}

  private final transient Place place;
  private final String violation;
  private final String replay;
  private final transient List<String> lastLines;
  private final transient List<Last> nodes;
  private final transient Script script;

  SimulationFailure(SimulatedStage stage, Choice choice, Throwable cause) {
    super(cause);
    SimulatedCluster world = stage.world();
    Trace trace = world.trace();
    this.place = new Place(stage.seed(), world.steps(), world.nowMicros(), trace.hash());
    this.violation = Violation.text(cause);
    this.replay = "raftctl simulate --seed " + place.seed + choice.words();
    this.lastLines = trace.lastLines();
    this.nodes = stage.machines().stream().map(node -> last(node, trace)).toList();
    this.script = stage.script();
  }

  private static Last last(SimulatedNode node, Trace trace) {
    String id = node.id().value();
    return new Last(id, node.toString(), trace.lastLines(id));
  }

  public Place place() {
    return place;
  }

  /// The promise that broke, and how.
  public String violation() {
    return violation;
  }

  /// Only the name of that promise.
  public String invariant() {
    if (!(getCause() instanceof Violation)) {
      return getCause() instanceof AssertionError ? "assertion" : "no exception";
    }
    int colon = violation.indexOf(':');
    return colon < 0 ? violation : violation.substring(0, colon);
  }

  /// All nodes, ascending.
  public List<Last> nodes() {
    return nodes;
  }

  /// What was done to the world until then.
  public Script script() {
    return script;
  }

  /// The command that shows it again.
  public String replay() {
    return replay;
  }

  @Override
  public String getMessage() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "seed %d broke a promise at step %d, after %.3f simulated seconds: %s"
            .formatted(place.seed, place.step, place.simulatedMicros / 1e6, violation));
    lines.add("What happened last:");
    lines.addAll(lastLines);
    for (Last node : nodes) {
      lines.add("Last at node " + node.node + ", which " + node.state + ":");
      lines.addAll(node.events);
    }
    lines.add("To see it again: " + replay);
    return String.join(System.lineSeparator(), lines);
  }
}
