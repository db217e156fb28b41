package io.raftctl.cli.bench;

import com.grack.nanojson.JsonObject;
import io.raftctl.benchmark.Load;
import io.raftctl.benchmark.LoadResult;
import io.raftctl.benchmark.LoadRun;
import io.raftctl.benchmark.Samples;
import io.raftctl.benchmark.ThrowAway;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import io.raftctl.client.Outcome;
import io.raftctl.client.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Prints what a load met: a table, or JSON with a unit in each name.
///
/// @param own where the cluster came from if it was the benchmark's own, else null
record LoadReport(Report report, @Nullable ThrowAway own) {
  ExitCode tell(LoadRun.Ending ending) {
    return switch (ending) {
      case LoadRun.Refused(Outcome first) -> refused(first);
      case LoadRun.Measured(LoadResult result) -> {
        if (report.json()) {
          report.line(json(result));
        } else {
          text(result);
        }
        yield result.done() > 0
            ? ExitCode.DONE
            : report.negative("negative", "no request was done", "look with 'raftctl status'");
      }
    };
  }

  private ExitCode refused(Outcome first) {
    return switch (first) {
      case Outcome.Done done ->
          report.negative("negative", "the cluster did not take a write: " + done.reply(), "");
      case Outcome.NotApplied(var _, Problem problem) -> report.fail(problem);
      case Outcome.Indeterminate unknown -> report.unknown(unknown);
    };
  }

  private void text(LoadResult result) {
    Table table =
        new Table("", "DONE", "PER SECOND", "P50 MS", "P90 MS", "P99 MS", "P99.9 MS", "MAX MS");
    row(table, "writes", result.writes(), result.measured());
    row(table, "reads", result.reads(), result.measured());
    table.lines().forEach(report::line);
    report.line("failed " + result.failed() + ", outcome unknown " + result.unknown());
    Load load = result.load();
    report.line(
        "%d clients on %s, %d keys of %d bytes, values of %d bytes, measured for %.1f s"
            .formatted(
                load.clients(),
                load.connections() == 1 ? "1 stream" : load.connections() + " streams",
                load.keys(),
                load.keyBytes(),
                load.valueBytes(),
                seconds(result.measured())));
    report.line(
        "longest time without an answer %.1f ms".formatted(1e3 * seconds(result.longestGap())));
    String cpu =
        "processor time per request: client %.1f µs"
            .formatted(result.microsPerRequest(result.clientCpu()));
    if (own == null) {
      report.line(cpu);
    } else {
      double nodes = result.microsPerRequest(result.nodesCpu());
      report.line(cpu + ", all nodes %.1f µs".formatted(nodes));
      report.line(own.nodes() + " nodes of its own, data on " + own.fileSystem());
    }
  }

  private static void row(Table table, String kind, Samples samples, Duration measured) {
    if (samples.latencies() > 0) {
      table.row(
          kind,
          Long.toString(samples.done()),
          "%.0f".formatted(samples.perSecond(measured)),
          "%.2f".formatted(samples.millis(50)),
          "%.2f".formatted(samples.millis(90)),
          "%.2f".formatted(samples.millis(99)),
          "%.2f".formatted(samples.millis(99.9)),
          "%.2f".formatted(samples.millisMax()));
    }
  }

  private JsonObject json(LoadResult result) {
    Load load = result.load();
    JsonObject json = new JsonObject();
    json.put("bench", "load");
    json.put("nodes", own == null ? null : own.nodes());
    json.put("fileSystem", own == null ? null : own.fileSystem());
    json.put("clients", load.clients());
    json.put("connections", load.connections());
    json.put("keys", load.keys());
    json.put("keyBytes", load.keyBytes());
    json.put("valueBytes", load.valueBytes());
    json.put("readsPercent", load.readsPercent());
    json.put("warmUpSeconds", seconds(load.warmUp()));
    json.put("measuredSeconds", seconds(result.measured()));
    json.put("done", result.done());
    json.put("donePerSecond", BenchReport.rounded(result.perSecond()));
    json.put("failed", result.failed());
    json.put("unknown", result.unknown());
    json.put("longestGapMillis", BenchReport.millis(result.longestGap()));
    json.put("clientCpuMicrosPerRequest", perRequest(result, result.clientCpu()));
    json.put(
        "nodesCpuMicrosPerRequest", own == null ? null : perRequest(result, result.nodesCpu()));
    json.put("writes", json(result.writes(), result.measured()));
    json.put("reads", json(result.reads(), result.measured()));
    return json;
  }

  private static JsonObject json(Samples samples, Duration measured) {
    JsonObject json = new JsonObject();
    json.put("done", samples.done());
    json.put("donePerSecond", BenchReport.rounded(samples.perSecond(measured)));
    json.put("failed", samples.failed());
    json.put("unknown", samples.unknown());
    json.put("p50Millis", samples.millis(50));
    json.put("p90Millis", samples.millis(90));
    json.put("p99Millis", samples.millis(99));
    json.put("p999Millis", samples.millis(99.9));
    json.put("maxMillis", samples.millisMax());
    return json;
  }

  private static double perRequest(LoadResult result, Duration cpu) {
    return BenchReport.rounded(result.microsPerRequest(cpu));
  }

  private static double seconds(Duration time) {
    return BenchReport.rounded(time.toNanos() / 1e9);
  }
}
