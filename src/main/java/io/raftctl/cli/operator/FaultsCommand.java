package io.raftctl.cli.operator;

import com.grack.nanojson.JsonArray;
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
import io.raftctl.client.Faults;
import io.raftctl.client.NodeSelector;
import io.raftctl.client.NodeView;
import io.raftctl.client.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `block` and `unblock`: cut nodes and links off, and heal them.
public final class FaultsCommand implements Subcommand {
  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final boolean block;
  private final PositionalParamSpec nodes =
      Options.parameter("0..*", "0..*", "NODE", "Ids, or leader, follower, all.");
  private final OptionSpec from =
      Options.option("--from", "A", "A direction of a link: who sends.");
  private final OptionSpec to = Options.option("--to", "B", "A direction of a link: who hears.");
  private final OptionSpec all = Options.flag("--all", "Every node; the same as the word all.");

  private FaultsCommand(boolean block) {
    this.block = block;
  }

  public static FaultsCommand block() {
    return new FaultsCommand(true);
  }

  public static FaultsCommand unblock() {
    return new FaultsCommand(false);
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = block ? blockSpec() : unblockSpec();
    spec.addPositional(nodes).addOption(from).addOption(to);
    return output.addTo(client.addTo(block ? spec : spec.addOption(all)));
  }

  private static CommandSpec blockSpec() {
    return Options.command(
        "block",
        "Cut nodes off from their peers, both ways; or one direction of one link.",
        "",
        "A blocked node still answers its clients' status and unblock. A restart heals it.",
        "Exit code 5: the node was started without --faults.",
        "",
        "Examples:",
        "  raftctl block leader",
        "  raftctl block --from 1 --to 2",
        "  raftctl block --from leader --to all");
  }

  private static CommandSpec unblockSpec() {
    return Options.command(
        "unblock",
        "Heal what was cut at nodes, or one direction of one link.",
        "",
        "Examples:",
        "  raftctl unblock 2",
        "  raftctl unblock --all",
        "  raftctl unblock --from 1 --to 2");
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    List<String> words = words();
    String sender = from.getValue();
    String hearer = to.getValue();
    boolean link = sender != null || hearer != null;
    boolean twice = Boolean.TRUE.equals(all.getValue()) && words.size() > 1;
    if (link == !words.isEmpty() || (sender == null) != (hearer == null) || twice) {
      String name = block ? "block" : "unblock";
      String takes = block ? "nodes" : "nodes, or --all";
      return report.misused(
          name + " takes either " + takes + ", or --from A and --to B",
          "see 'raftctl " + name + " --help'");
    }
    ClusterClient cluster = client.client(report.console());
    if (sender == null || hearer == null) {
      return nodes(cluster, words, report);
    }
    return links(cluster, sender, hearer, report);
  }

  private List<String> words() {
    List<String> given = nodes.getValue();
    List<String> words = new ArrayList<>(given == null ? List.of() : given);
    if (Boolean.TRUE.equals(all.getValue())) {
      words.add("all");
    }
    return words;
  }

  private ExitCode nodes(ClusterClient cluster, List<String> words, Report report) {
    return switch (cluster.status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> report.fail(problem);
      case Answer.Given<ClusterView>(ClusterView view) ->
          switch (NodeSelector.select(view, words)) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> report.fail(problem);
            case Answer.Given<List<NodeView>>(List<NodeView> selected) -> {
              List<String> ids = selected.stream().map(NodeView::id).toList();
              List<Answer<Faults>> answers = new ArrayList<>();
              ids.forEach(id -> answers.add(block ? cluster.block(id) : cluster.unblock(id)));
              yield tell(ids, answers, report);
            }
          };
    };
  }

  /// Every link from a node that `from` names to one that `to` names.
  private ExitCode links(ClusterClient cluster, String from, String to, Report report) {
    return switch (cluster.status()) {
      case Answer.Missing<ClusterView>(Problem problem) -> report.fail(problem);
      case Answer.Given<ClusterView>(ClusterView view) ->
          switch (NodeSelector.select(view, List.of(from))) {
            case Answer.Missing<List<NodeView>>(Problem problem) -> report.fail(problem);
            case Answer.Given<List<NodeView>>(List<NodeView> senders) ->
                switch (NodeSelector.select(view, List.of(to))) {
                  case Answer.Missing<List<NodeView>>(Problem problem) -> report.fail(problem);
                  case Answer.Given<List<NodeView>>(List<NodeView> hearers) ->
                      links(cluster, senders, hearers, report);
                };
          };
    };
  }

  private ExitCode links(
      ClusterClient cluster, List<NodeView> senders, List<NodeView> hearers, Report report) {
    List<String> names = new ArrayList<>();
    List<Answer<Faults>> answers = new ArrayList<>();
    for (NodeView sender : senders) {
      for (NodeView hearer : hearers) {
        String from = sender.id();
        String to = hearer.id();
        if (!from.equals(to)) {
          names.add(from + ">" + to);
          answers.add(block ? cluster.blockLink(from, to) : cluster.unblockLink(from, to));
        }
      }
    }
    return names.isEmpty()
        ? report.misused("a link has two ends, and --from and --to name the same node", "")
        : tell(names, answers, report);
  }

  /// What was done is data; the first node that it could not be done to is the error.
  private ExitCode tell(List<String> names, List<Answer<Faults>> answers, Report report) {
    JsonArray done = new JsonArray();
    Problem failed = null;
    for (int i = 0; i < names.size(); i++) {
      switch (answers.get(i)) {
        case Answer.Given<Faults>(Faults faults) -> done.add(tell(names.get(i), faults, report));
        case Answer.Missing<Faults>(Problem problem) ->
            failed = failed == null ? of(names.get(i), problem) : failed;
      }
    }
    if (report.json() && !done.isEmpty()) {
      JsonObject json = new JsonObject();
      json.put("nodes", done);
      report.line(json);
    }
    return failed == null ? ExitCode.DONE : report.fail(failed);
  }

  private JsonObject tell(String name, Faults faults, Report report) {
    if (!report.json()) {
      report.line(name + (block ? " blocked" : " unblocked"));
    }
    JsonArray links = new JsonArray();
    links.addAll(faults.blockedLinks());
    JsonObject json = new JsonObject();
    json.put("id", name);
    json.put("blocked", faults.blocked());
    json.put("blockedLinks", links);
    return json;
  }

  private Problem of(String name, Problem problem) {
    String did = (block ? "did not block " : "did not unblock ") + name + ": ";
    return new Problem(problem.code(), did + problem.message(), problem.hint());
  }
}
