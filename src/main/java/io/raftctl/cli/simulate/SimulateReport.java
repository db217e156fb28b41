package io.raftctl.cli.simulate;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.benchmark.CpuTime;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.simulation.SimulationFailure;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.coverage.Mark;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Tells what the seeds came to: lines, or one object of JSON.
final class SimulateReport {
  private final Report report;
  private final Seeds seeds;
  private final Coverage coverage;
  private final long start = System.nanoTime();
  private final Duration cpuBefore = CpuTime.ofThisProcess();

  SimulateReport(Report report, Seeds seeds, Coverage coverage) {
    this.report = report;
    this.seeds = seeds;
    this.coverage = coverage;
  }

  /// Since the first seed began.
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /// @param failure of the last seed, or null
  /// @param remains of it, or null
  ExitCode tell(Totals totals, @Nullable SimulationFailure failure, @Nullable Remains remains) {
    if (report.json()) {
      JsonObject json = json(totals);
      if (failure != null) {
        addTo(json, failure);
      }
      if (remains != null) {
        json.put("shrunk", remains.json());
      }
      report.line(json);
    } else if (failure != null) {
      report.line(report.console().wording().of(String.valueOf(failure.getMessage())));
      if (remains != null) {
        report.line(remains.text());
      }
    } else {
      report.line(
          "%d seeds, %.2f simulated hours, %d steps, %d writes acknowledged, %d reads: all promises"
                  .formatted(
                      totals.seeds(),
                      totals.simulatedHours(),
                      totals.steps(),
                      totals.acknowledged(),
                      totals.reads())
              + " kept");
      report.line("trace " + HexFormat.of().toHexDigits(totals.traceHash()));
      report.line("%.0f simulated hours per hour of CPU".formatted(speed(totals)));
      report.line(
          "reached %d pairs of role, input and outcome, %d of %d marks, %d states"
              .formatted(
                  coverage.pairs(), coverage.marks(), Coverage.marksKnown(), coverage.states()));
    }
    return failure == null ? ExitCode.DONE : ExitCode.NEGATIVE;
  }

  private double speed(Totals totals) {
    return totals.simulatedHours() * 3600 / cpuSeconds();
  }

  /// The system counts in hundredths of a second: less cannot be told from it.
  private double cpuSeconds() {
    return Math.max(0.01, CpuTime.ofThisProcess().minus(cpuBefore).toNanos() / 1e9);
  }

  private JsonObject json(Totals totals) {
    JsonObject json = new JsonObject();
    json.put("seed", seeds.first());
    json.put("seeds", totals.seeds());
    json.put("traceHash", HexFormat.of().toHexDigits(totals.traceHash()));
    json.put("steps", totals.steps());
    json.put("simulatedMicros", totals.simulatedMicros());
    json.put("acknowledged", totals.acknowledged());
    json.put("reads", totals.reads());
    json.put("wallSeconds", elapsed().toNanos() / 1e9);
    json.put("cpuSeconds", cpuSeconds());
    json.put("simulatedHoursPerCpuHour", speed(totals));
    json.put("coverage", coverageJson());
    return json;
  }

  private JsonObject coverageJson() {
    JsonObject json = new JsonObject();
    json.put("pairs", coverage.pairs());
    json.put("marks", coverage.marks());
    json.put("marksKnown", Coverage.marksKnown());
    json.put(
        "marksMissed", new JsonArray(coverage.marksMissed().stream().map(Mark::word).toList()));
    json.put("states", coverage.states());
    return json;
  }

  private static void addTo(JsonObject json, SimulationFailure failure) {
    json.put("violation", failure.violation());
    json.put("invariant", failure.invariant());
    json.put("failedSeed", failure.place().seed());
    json.put("failedStep", failure.place().step());
    json.put("failedMicros", failure.place().simulatedMicros());
    json.put("replay", failure.replay());
    JsonArray nodes = new JsonArray();
    for (SimulationFailure.Last last : failure.nodes()) {
      JsonObject node = new JsonObject();
      node.put("id", last.node());
      node.put("state", last.state());
      node.put("events", new JsonArray(last.events()));
      nodes.add(node);
    }
    json.put("nodes", nodes);
  }
}
