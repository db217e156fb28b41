package io.raftctl.cli.log;

import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.ClusterClient.Reached;
import io.raftctl.client.LogEntry;
import io.raftctl.client.NodeView;
import io.raftctl.client.Problem;
import io.raftctl.client.wire.Endpoint;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `log` without an action: the committed commands of one node.
final class CommittedCommands {
  private static final Duration FOLLOW_WAIT = Duration.ofSeconds(10);

  private final ClusterClient cluster;
  private final boolean all;
  private final Report report;

  /// @param all whether to show the entries that are no commands too
  CommittedCommands(ClusterClient cluster, boolean all, Report report) {
    this.cluster = cluster;
    this.all = all;
    this.report = report;
  }

  /// @param selector whose log, or null for any node's
  /// @param first the index to start at, or null for the first that the node has
  /// @param follow whether to wait for more at the end
  ExitCode print(@Nullable String selector, @Nullable Long first, boolean follow) {
    return switch (selector == null ? cluster.reachAny() : cluster.reach(selector)) {
      case Answer.Missing<Reached>(Problem problem) -> report.fail(problem);
      case Answer.Given<Reached>(Reached(Endpoint endpoint, NodeView view)) -> {
        Long firstThere = view.firstIndex();
        long begin = first != null ? first : firstThere == null ? 1 : firstThere;
        // Up to what was committed when it began, or a busy cluster's log would never end.
        Long commitIndex = view.commitIndex();
        yield follow
            ? follow(endpoint, begin)
            : print(endpoint, begin, commitIndex == null ? 0 : commitIndex);
      }
    };
  }

  private ExitCode print(Endpoint endpoint, long first, long last) {
    Console console = report.console();
    long next = first;
    while (next <= last && !console.isClosed()) {
      switch (cluster.log(endpoint, next, Duration.ZERO)) {
        case Answer.Missing<List<LogEntry>>(Problem problem) -> {
          return report.fail(problem);
        }
        case Answer.Given<List<LogEntry>>(List<LogEntry> entries) -> {
          if (entries.isEmpty()) {
            return ExitCode.DONE;
          }
          entries.stream().filter(entry -> entry.index() <= last).forEach(this::show);
          next = entries.getLast().index() + 1;
        }
      }
    }
    return ExitCode.DONE;
  }

  /// Ends with the process, with the node, or when nobody reads any more.
  private ExitCode follow(Endpoint endpoint, long first) {
    Console console = report.console();
    long next = first;
    while (!console.isClosed()) {
      switch (cluster.log(endpoint, next, FOLLOW_WAIT)) {
        case Answer.Missing<List<LogEntry>>(Problem problem) -> {
          return report.fail(problem);
        }
        case Answer.Given<List<LogEntry>>(List<LogEntry> entries) -> {
          entries.forEach(this::show);
          next = entries.isEmpty() ? next : entries.getLast().index() + 1;
        }
      }
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    return ExitCode.DONE;
  }

  private void show(LogEntry entry) {
    boolean command = entry.kind().equals(LogEntry.COMMAND);
    if (!command && !all) {
      return;
    }
    if (report.json()) {
      report.line(LogLine.json(entry));
      return;
    }
    report.line(
        String.join(
            "\t",
            Long.toString(entry.index()),
            Long.toString(entry.term()),
            LogLine.request(entry),
            command ? LogLine.command(entry) : "(" + entry.kind() + ")"));
  }
}
