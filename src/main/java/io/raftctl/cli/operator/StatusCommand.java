package io.raftctl.cli.operator;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.Table;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.ClusterView;
import io.raftctl.client.NodeView;
import io.raftctl.client.Problem;
import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `status`: the whole cluster, a row a node.
public final class StatusCommand implements Subcommand {
  /// Moves the cursor home and clears what is below it.
  private static final String REPAINT = "\033[H\033[J";

  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final OptionSpec watch = Options.flag("--watch", "Repaint until Ctrl-C.");
  private final OptionSpec interval =
      Options.duration("--interval", "1s", "How often --watch repaints (default: 1s).");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "status",
            "Show every node of the cluster. Exit code 1: the cluster has no leader.",
            "",
            "Examples:",
            "  raftctl status",
            "  raftctl status --watch",
            "  raftctl status -o json | jq -r .leader");
    return output.addTo(client.addTo(spec.addOption(watch).addOption(interval)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    ClusterClient cluster = client.client(report.console());
    boolean watching = Boolean.TRUE.equals(watch.getValue());
    return watching ? watch(cluster, report) : once(cluster, report);
  }

  private static ExitCode once(ClusterClient cluster, Report report) {
    return switch (cluster.status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> report.fail(problem);
      case Answer.Given<ClusterView>(ClusterView view) -> {
        show(view, report);
        yield view.leader() == null ? ExitCode.NEGATIVE : ExitCode.DONE;
      }
    };
  }

  /// Ends with the process, or when nobody reads any more.
  private ExitCode watch(ClusterClient cluster, Report report) {
    Duration pause = interval.getValue();
    boolean screen = !report.json() && onTerminal();
    while (!report.console().isClosed()) {
      Answer<ClusterView> answer = cluster.status();
      report.console().out().print(screen ? REPAINT : "");
      switch (answer) {
        case Answer.Given<ClusterView>(ClusterView view) -> show(view, report);
        case Answer.Missing<ClusterView>(Problem problem) -> report.fail(problem);
      }
      report.console().out().flush();
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return ExitCode.DONE;
      }
    }
    return ExitCode.DONE;
  }

  @SuppressWarnings("SystemConsoleNull") // Which of the two a Java does depends on its version.
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static void show(ClusterView view, Report report) {
    if (report.json()) {
      report.line(json(view));
      return;
    }
    String leader = view.leader() == null ? "no leader" : "leader " + view.leader();
    report.line("cluster " + view.cluster() + ", " + leader + ", term " + view.term());
    table(view).lines().forEach(report::line);
    for (NodeView node : view.nodes()) {
      if (node.damage() != null) {
        report.line("disk of " + node.id() + ": " + node.damage());
      }
      if (node.diskFull()) {
        report.line("disk of " + node.id() + ": it is full; the node takes no commands");
      }
      if (node.awaitedTerms() != null) {
        report.line(
            "node %s has lost its term and vote; it does not count until %s have told their terms"
                .formatted(node.id(), node.awaitedTerms()));
      }
      if (!node.undropped().isEmpty()) {
        report.line(
            "node %s does not drop the packets of %s yet; the links are cut inside the process"
                .formatted(node.id(), node.undropped()));
      }
      if (node.program() != null) {
        report.line("program of " + node.id() + ": " + node.program());
      }
    }
  }

  private static Table table(ClusterView view) {
    Table table =
        new Table(
            "ID",
            "ADDRESS",
            "ROLE",
            "TERM",
            "COMMIT",
            "APPLIED",
            "LAST",
            "LAG",
            "BLOCKED",
            "REACHABLE");
    for (NodeView node : view.nodes()) {
      table.row(
          node.id(),
          cell(node.address()),
          cell(node.role()),
          cell(node.term()),
          cell(node.commitIndex()),
          cell(node.appliedIndex()),
          cell(node.lastIndex()),
          cell(node.lag()),
          cell(node.blocked()),
          cell(node.reachable()));
    }
    return table;
  }

  private static String cell(@Nullable Object value) {
    return switch (value) {
      case null -> "-";
      case Boolean yes -> yes ? "yes" : "no";
      default -> value.toString();
    };
  }

  private static JsonObject json(ClusterView view) {
    JsonArray nodes = new JsonArray();
    view.nodes().forEach(node -> nodes.add(json(node)));
    JsonObject json = new JsonObject();
    json.put("cluster", view.cluster());
    json.put("leader", view.leader());
    json.put("term", view.term());
    json.put("nodes", nodes);
    return json;
  }

  private static JsonObject json(NodeView node) {
    JsonObject json = new JsonObject();
    json.put("id", node.id());
    json.put("address", node.address());
    json.put("role", node.role());
    json.put("term", node.term());
    json.put("commitIndex", node.commitIndex());
    json.put("appliedIndex", node.appliedIndex());
    json.put("lastIndex", node.lastIndex());
    json.put("firstIndex", node.firstIndex());
    json.put("snapshotIndex", node.snapshotIndex());
    json.put("lag", node.lag());
    json.put("blocked", node.blocked());
    if (node.damage() != null) {
      json.put("damage", node.damage());
    }
    if (node.diskFull()) {
      json.put("diskFull", true);
    }
    if (node.awaitedTerms() != null) {
      json.put("awaitedTerms", new JsonArray(node.awaitedTerms()));
    }
    if (!node.undropped().isEmpty()) {
      json.put("undropped", new JsonArray(node.undropped()));
    }
    if (node.program() != null) {
      json.put("program", node.program());
    }
    json.put("reachable", node.reachable());
    return json;
  }
}
