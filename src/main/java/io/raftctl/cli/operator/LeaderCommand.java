package io.raftctl.cli.operator;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.ClusterView;
import io.raftctl.client.NodeSelector;
import io.raftctl.client.NodeView;
import io.raftctl.client.Problem;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `leader transfer`: another node is to lead.
public final class LeaderCommand implements Subcommand {
  private static final String TRANSFER = "transfer";

  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec action =
      PositionalParamSpec.builder()
          .index("0")
          .arity("1")
          .required(true)
          .type(String.class)
          .paramLabel("ACTION")
          .completionCandidates(List.of(TRANSFER))
          .description("transfer.")
          .build();
  private final PositionalParamSpec target =
      Options.parameter(
          "1", "0..1", "NODE", "Who is to lead: an id, or follower (default: the best prepared).");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "leader",
            "Hand the leadership over, and wait until another node leads.",
            "",
            "The leader brings its successor up to date first and refuses no command for longer",
            "than that takes; after two election timeouts without success it goes on.",
            "A node that is stopped with SIGTERM hands over by itself.",
            "Exit code 1: another node than the one named leads now.",
            "",
            "Examples:",
            "  raftctl leader transfer",
            "  raftctl leader transfer 2");
    return output.addTo(client.addTo(spec.addPositional(action).addPositional(target)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String wanted = action.getValue();
    if (!TRANSFER.equals(wanted)) {
      return report.misused("there is no 'leader " + wanted + "'", "see 'raftctl leader --help'");
    }
    ClusterClient cluster = client.client(report.console());
    String word = target.getValue();
    if (word == null || word.equals("follower")) {
      return transfer(cluster, null, report);
    }
    return switch (cluster.status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> report.fail(problem);
      case Answer.Given<ClusterView>(ClusterView view) ->
          switch (NodeSelector.select(view, List.of(word))) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> report.fail(problem);
            case Answer.Given<List<NodeView>>(List<NodeView> nodes) ->
                nodes.size() == 1
                    ? transfer(cluster, nodes.getFirst().id(), report)
                    : report.misused("one node leads, and '" + word + "' names several", "");
          };
    };
  }

  private static ExitCode transfer(ClusterClient cluster, @Nullable String target, Report report) {
    return switch (cluster.transfer(target)) {
      case Answer.Missing<ClusterView>(Problem problem) -> report.fail(problem);
      case Answer.Given<ClusterView>(ClusterView view) -> {
        String leader = String.valueOf(view.leader());
        if (report.json()) {
          JsonObject json = new JsonObject();
          json.put("leader", leader);
          json.put("term", view.term());
          report.line(json);
        } else {
          report.line(leader + " leads term " + view.term());
        }
        yield target == null || target.equals(leader)
            ? ExitCode.DONE
            : report.negative("not-leader", "node " + leader + " leads instead of " + target, "");
      }
    };
  }
}
