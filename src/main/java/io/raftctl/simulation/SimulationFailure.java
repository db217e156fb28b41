package io.raftctl.simulation;

import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.simulation.time.Trace;
import java.util.ArrayList;
import java.util.Collection;
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

  SimulationFailure(
      Place place, Choice choice, Trace trace, Collection<SimulatedNode> nodes, Throwable cause) {
    super(cause);
    this.place = place;
    this.violation = violation(cause);
    this.replay = "raftctl simulate --seed " + place.seed + choice.words();
    this.lastLines = trace.lastLines();
    this.nodes = nodes.stream().map(node -> last(node, trace)).toList();
  }

  private static Last last(SimulatedNode node, Trace trace) {
    String id = node.id().value();
    return new Last(id, node.toString(), trace.lastLines(id));
  }

  /// What broke. Of an assertion it is of use to know where it stands.
  private static String violation(Throwable cause) {
    if (cause instanceof Violation) {
      return String.valueOf(cause.getMessage());
    }
    StackTraceElement[] frames = cause.getStackTrace();
    return cause + (frames.length > 0 ? " at " + frames[0] : "");
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
