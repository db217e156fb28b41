package io.raftctl.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.TimeUnit;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Verdict;
import io.raftctl.linearizability.Verdict.Illegal;
import io.raftctl.linearizability.Verdict.Lack;
import io.raftctl.linearizability.Verdict.Linearizable;
import io.raftctl.linearizability.Verdict.Unknown;
import io.raftctl.linearizability.model.Models;
import io.raftctl.linearizability.page.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Tells a verdict: a line, or an object of JSON; and draws what is not linearizable.
final class CheckReport {
  /// So many operations are told in text; all are on the page, and in JSON.
  private static final int OPERATIONS_TOLD = 12;

  private final Report report;
  private final String source;
  private final History history;
  private final Models model;
  private final Path page;

  CheckReport(Report report, String source, History history, Models model, Path page) {
    this.report = report;
    this.source = source;
    this.history = history;
    this.model = model;
    this.page = page;
  }

  ExitCode tell(Verdict verdict, Duration took) {
    return switch (verdict) {
      case Linearizable _ -> {
        tellSize("linearizable", took);
        yield ExitCode.DONE;
      }
      case Unknown unknown -> tell(unknown, took);
      case Illegal illegal -> tell(illegal, took);
    };
  }

  private void tellSize(String verdict, Duration took) {
    if (report.json()) {
      report.line(json(verdict, took));
    } else {
      report.line(verdict + ": " + size(took));
    }
  }

  private String size(Duration took) {
    return "%d operations of %d clients on %d keys, as %s, in %.1f s"
        .formatted(
            history.operations().size(), clients(), keys(), model.word(), took.toMillis() / 1e3);
  }

  private long clients() {
    return history.operations().stream().map(Operation::client).distinct().count();
  }

  private long keys() {
    return history.operations().stream().map(Operation::key).distinct().count();
  }

  private JsonObject json(String verdict, Duration took) {
    JsonObject json = new JsonObject();
    json.put("verdict", verdict);
    json.put("model", model.word());
    json.put("operations", history.operations().size());
    json.put("clients", clients());
    json.put("keys", keys());
    json.put("seconds", took.toMillis() / 1e3);
    return json;
  }

  private ExitCode tell(Unknown unknown, Duration took) {
    String lack = unknown.lack() == Lack.TIME ? "time" : "memory";
    if (report.json()) {
      JsonObject json = json("unknown", took);
      json.put("key", unknown.key());
      json.put("lack", lack);
      report.line(json);
    } else {
      report.line(
          "unknown: the %s did not suffice%s; %s, or cut the history into shorter ones"
              .formatted(
                  lack,
                  of(unknown.key()),
                  unknown.lack() == Lack.TIME
                      ? "give more --time"
                      : "give more in RAFTCTL_JAVA_OPTS=-Xmx8g"));
    }
    return ExitCode.INDETERMINATE;
  }

  private ExitCode tell(Illegal illegal, Duration took) {
    try {
      Files.writeString(page, Page.of(source, history, illegal), UTF_8);
    } catch (IOException e) {
      tellIllegal(illegal, took, "");
      return report.failed(
          "cannot write " + page + ": " + e.getMessage(), "give another file as --html");
    }
    tellIllegal(illegal, took, page.toString());
    return ExitCode.NEGATIVE;
  }

  private void tellIllegal(Illegal illegal, Duration took, String drawn) {
    List<Operation> prefix = illegal.prefix();
    if (report.json()) {
      JsonObject json = json("not linearizable", took);
      json.put("key", illegal.key());
      json.put("unexplained", json(illegal.unexplained()));
      json.put("prefix", new JsonArray(prefix.stream().map(this::json).toList()));
      json.put("page", drawn);
      report.line(json);
      return;
    }
    report.line("not linearizable: " + size(took));
    report.line(
        "no order of the first %d operations%s explains what client %s was told at %s: %s"
            .formatted(
                prefix.size(),
                of(illegal.key()),
                illegal.unexplained().client(),
                moment(illegal.unexplained().end()),
                illegal.unexplained()));
    int from = Math.max(0, prefix.size() - OPERATIONS_TOLD);
    report.line(from == 0 ? "all of them:" : "the last of them:");
    for (Operation operation : prefix.subList(from, prefix.size())) {
      report.line(
          "  %s to %s  client %s  %s"
              .formatted(
                  moment(operation.call()),
                  moment(operation.end()),
                  operation.client(),
                  operation));
    }
    if (!drawn.isEmpty()) {
      report.line("drawn in " + drawn);
    }
  }

  private JsonObject json(Operation operation) {
    JsonObject json = new JsonObject();
    json.put("client", operation.client());
    json.put("operation", operation.toString());
    json.put("call", operation.call());
    json.put("return", operation.end() == Operation.OPEN ? null : operation.end());
    return json;
  }

  private static String of(String key) {
    return key.isEmpty() ? "" : " on key " + key;
  }

  private String moment(long time) {
    if (time == Operation.OPEN) {
      return "…";
    }
    return history.timeUnit() == TimeUnit.LINES ? "line " + time : "%.3f ms".formatted(time / 1e6);
  }
}
