package io.raftctl.cli.operator;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.ClusterView;
import io.raftctl.client.LogEntry;
import io.raftctl.client.NodeSelector;
import io.raftctl.client.NodeView;
import io.raftctl.client.Problem;
import io.raftctl.client.wire.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `log`: the committed commands of one node.
public final class LogCommand implements Subcommand {
  private static final Duration FOLLOW_WAIT = Duration.ofSeconds(10);

  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final OptionSpec from =
      OptionSpec.builder("--from")
          .type(Long.class)
          .paramLabel("N")
          .description("The index to start at (default: the first that the node has).")
          .build();
  private final OptionSpec node =
      Options.option(
          "--node", "NODE", "Whose log: an id, leader or follower (default: any node's).");
  private final OptionSpec follow = Options.flag("--follow", "Go on until Ctrl-C.");
  private final OptionSpec all =
      Options.flag("--all", "Show the entries that are no commands too.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "log",
            "Print the committed commands of a live node: index, term, request and command.",
            "",
            "Examples:",
            "  raftctl log --from 100",
            "  raftctl log --node 2 --follow",
            "  raftctl log -o json | jq -r .command");
    spec.addOption(from).addOption(node).addOption(follow).addOption(all);
    return output.addTo(client.addTo(spec));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    Long first = from.getValue();
    if (first != null && first < 1) {
      return report.misused("--from starts at 1, not at " + first, "");
    }
    ClusterClient cluster = client.client(report.console());
    String selector = node.getValue();
    Answer<Endpoint> found = selector == null ? cluster.anyNode() : locate(cluster, selector);
    return switch (found) {
      case Answer.Missing<Endpoint>(Problem problem) -> report.fail(problem);
      case Answer.Given<Endpoint>(Endpoint endpoint) -> show(cluster, endpoint, first, report);
    };
  }

  private ExitCode show(
      ClusterClient cluster, Endpoint endpoint, @Nullable Long first, Report report) {
    return switch (cluster.node(endpoint)) {
      case Answer.Missing<NodeView>(Problem problem) -> report.fail(problem);
      case Answer.Given<NodeView>(NodeView view) -> {
        Long firstThere = view.firstIndex();
        long begin = first != null ? first : firstThere == null ? 1 : firstThere;
        // Up to what was committed when it began, or a busy cluster's log would never end.
        Long commitIndex = view.commitIndex();
        yield Boolean.TRUE.equals(follow.getValue())
            ? follow(cluster, endpoint, begin, report)
            : print(cluster, endpoint, begin, commitIndex == null ? 0 : commitIndex, report);
      }
    };
  }

  private static Answer<Endpoint> locate(ClusterClient cluster, String selector) {
    return switch (cluster.status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> new Answer.Missing<>(problem);
      case Answer.Given<ClusterView>(ClusterView view) ->
          switch (NodeSelector.select(view, List.of(selector))) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> new Answer.Missing<>(problem);
            case Answer.Given<List<NodeView>>(List<NodeView> nodes) ->
                cluster.locate(nodes.getFirst().id());
          };
    };
  }

  private ExitCode print(
      ClusterClient cluster, Endpoint endpoint, long first, long last, Report report) {
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
          entries.stream().filter(entry -> entry.index() <= last).forEach(e -> show(e, report));
          next = entries.getLast().index() + 1;
        }
      }
    }
    return ExitCode.DONE;
  }

  /// Ends with the process, with the node, or when nobody reads any more.
  private ExitCode follow(ClusterClient cluster, Endpoint endpoint, long first, Report report) {
    Console console = report.console();
    long next = first;
    while (!console.isClosed()) {
      switch (cluster.log(endpoint, next, FOLLOW_WAIT)) {
        case Answer.Missing<List<LogEntry>>(Problem problem) -> {
          return report.fail(problem);
        }
        case Answer.Given<List<LogEntry>>(List<LogEntry> entries) -> {
          entries.forEach(entry -> show(entry, report));
          next = entries.isEmpty() ? next : entries.getLast().index() + 1;
        }
      }
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    return ExitCode.DONE;
  }

  private void show(LogEntry entry, Report report) {
    boolean command = entry.kind().equals(LogEntry.COMMAND);
    if (!command && !Boolean.TRUE.equals(all.getValue())) {
      return;
    }
    if (report.json()) {
      report.line(json(entry));
      return;
    }
    String id = entry.requestId() == null ? "-" : entry.requestId();
    String text = entry.text() == null ? "(" + entry.command().length + " bytes)" : entry.text();
    report.line(
        String.join(
            "\t",
            Long.toString(entry.index()),
            Long.toString(entry.term()),
            id,
            command ? text.replace("\n", "\\n").replace("\r", "\\r") : "(" + entry.kind() + ")"));
  }

  private static JsonObject json(LogEntry entry) {
    JsonObject json = new JsonObject();
    json.put("index", entry.index());
    json.put("term", entry.term());
    json.put("kind", entry.kind());
    if (entry.requestId() != null) {
      json.put("requestId", entry.requestId());
    }
    if (entry.text() != null) {
      json.put("command", entry.text());
    } else if (entry.kind().equals(LogEntry.COMMAND)) {
      json.put("commandBase64", Base64.getEncoder().encodeToString(entry.command()));
    }
    return json;
  }
}
