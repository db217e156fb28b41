package io.raftctl.cli.bench;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.benchmark.CommandTimes;
import io.raftctl.benchmark.IdleCost;
import io.raftctl.benchmark.Timings;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/// Prints what was timed: a table, or JSON with a unit in each name.
///
/// @param name of the benchmark
record BenchReport(Report report, String name) {
  ExitCode timings(Timings timings) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("bench", name);
      put(json, timings);
      report.line(json);
    } else {
      Table table = new Table("", "RUNS", "MEDIAN MS", "MIN MS", "MAX MS");
      row(table, name, timings);
      table.lines().forEach(report::line);
    }
    return ExitCode.DONE;
  }

  ExitCode command(CommandTimes times) {
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("bench", name);
      json.put("aotCache", withCache());
      json.put("get", put(new JsonObject(), times.get()));
      json.put("status", put(new JsonObject(), times.status()));
      report.line(json);
      return ExitCode.DONE;
    }
    Table table = new Table("", "RUNS", "MEDIAN MS", "MIN MS", "MAX MS");
    row(table, "get", times.get());
    row(table, "status", times.status());
    table.lines().forEach(report::line);
    report.line(
        withCache()
            ? "with the AOT cache"
            : "this run found no AOT cache: once it is there, commands are faster");
    return ExitCode.DONE;
  }

  ExitCode idle(List<IdleCost.Node> nodes) {
    if (report.json()) {
      JsonArray list = new JsonArray();
      for (IdleCost.Node node : nodes) {
        JsonObject json = new JsonObject();
        json.put("id", node.id());
        json.put("leader", node.leads());
        json.put("cpuPercent", rounded(node.cpuPercent()));
        list.add(json);
      }
      JsonObject json = new JsonObject();
      json.put("bench", name);
      json.put("nodes", list);
      report.line(json);
      return ExitCode.DONE;
    }
    Table table = new Table("NODE", "ROLE", "CPU %");
    for (IdleCost.Node node : nodes) {
      String role = node.leads() ? "leader" : "follower";
      table.row(node.id(), role, "%.2f".formatted(node.cpuPercent()));
    }
    table.lines().forEach(report::line);
    return ExitCode.DONE;
  }

  /// The launcher gave us its cache, if it had one; it gives the same to the commands.
  private static boolean withCache() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(argument -> argument.startsWith("-XX:AOTCache="));
  }

  private static void row(Table table, String what, Timings timings) {
    table.row(
        what,
        Integer.toString(timings.all().size()),
        "%.0f".formatted(millis(timings.median())),
        "%.0f".formatted(millis(timings.min())),
        "%.0f".formatted(millis(timings.max())));
  }

  private static JsonObject put(JsonObject json, Timings timings) {
    json.put("runs", timings.all().size());
    json.put("medianMillis", millis(timings.median()));
    json.put("minMillis", millis(timings.min()));
    json.put("maxMillis", millis(timings.max()));
    JsonArray all = new JsonArray();
    timings.all().forEach(time -> all.add(millis(time)));
    json.put("millis", all);
    return json;
  }

  static double millis(Duration time) {
    return rounded(time.toNanos() / 1e6);
  }

  /// Three digits behind the point, which is more than any of this repeats.
  static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
