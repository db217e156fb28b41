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
import io.raftctl.client.Members;
import io.raftctl.client.NodeSelector;
import io.raftctl.client.Problem;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `member`: who belongs to the cluster.
public final class MemberCommand implements Subcommand {
  private static final List<String> ACTIONS = List.of("ls", "add", "promote", "remove", "replace");

  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec action =
      PositionalParamSpec.builder()
          .index("0")
          .arity("1")
          .required(true)
          .type(String.class)
          .paramLabel("ACTION")
          .completionCandidates(ACTIONS)
          .description("ls, add, promote, remove or replace.")
          .build();
  private final PositionalParamSpec nodes =
      Options.parameter(
          "1..*",
          "0..*",
          "NODE",
          "Ids, or leader, follower, all; for add and the new one of replace ID=HOST:PORT.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "member",
            "Show or change who belongs to the cluster. Several nodes at once are one change.",
            "",
            "add lets nodes learn, without a vote, and records the address of one that has moved;",
            "promote gives them a vote once they have caught up; remove takes members out for"
                + " good;",
            "replace does all of it: the new node learns, and then votes instead of the old one.",
            "A change that has to wait is tried again for --timeout. A removed id never comes"
                + " back.",
            "Exit codes: 3 not done, try again; 4 done or not, run it again; 5 refused, with the"
                + " reason.",
            "",
            "Examples:",
            "  raftctl member ls",
            "  raftctl member add 4=10.0.0.4:8080 5=10.0.0.5:8080",
            "  raftctl member promote 4 5",
            "  raftctl member remove 2",
            "  raftctl member replace 2 6=10.0.0.6:8080 --timeout 60s");
    return output.addTo(client.addTo(spec.addPositional(action).addPositional(nodes)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String wanted = action.getValue();
    List<String> given = nodes.getValue();
    List<String> words = given == null ? List.of() : given;
    if (!ACTIONS.contains(wanted)) {
      return misused("there is no 'member " + wanted + "'", report);
    }
    if (wanted.equals("ls") != words.isEmpty()) {
      return misused("'member " + wanted + "' takes " + (words.isEmpty() ? "ids" : "none"), report);
    }
    ClusterClient cluster = client.client(report.console());
    return switch (NodeSelector.ids(cluster, words)) {
      case Answer.Missing<List<String>>(Problem problem) -> report.fail(problem);
      case Answer.Given<List<String>>(List<String> ids) -> run(wanted, ids, cluster, report);
    };
  }

  private static ExitCode run(
      String wanted, List<String> words, ClusterClient cluster, Report report) {
    return switch (wanted) {
      case "add" -> add(cluster, words, report);
      case "promote" -> change(cluster, new Members.Wish(List.of(), words, List.of()), report);
      case "remove" -> change(cluster, new Members.Wish(List.of(), List.of(), words), report);
      case "replace" -> replace(cluster, words, report);
      default -> tell(cluster.members(), report);
    };
  }

  private static ExitCode add(ClusterClient cluster, List<String> words, Report report) {
    for (String word : words) {
      if (word.indexOf('=') < 0) {
        return misused("'member add' takes ID=HOST:PORT, not '" + word + "'", report);
      }
    }
    return change(cluster, new Members.Wish(words, List.of(), List.of()), report);
  }

  /// Two changes, each of which may be repeated: the newcomer learns first, so that the cluster is
  /// never without the votes that it has.
  private static ExitCode replace(ClusterClient cluster, List<String> words, Report report) {
    String newcomer = words.getLast();
    int equals = newcomer.indexOf('=');
    if (words.size() != 2 || equals < 0) {
      return misused("'member replace' takes OLD NEW=HOST:PORT", report);
    }
    String id = newcomer.substring(0, equals);
    String old = words.getFirst();
    if (id.equals(old)) {
      return misused("node " + id + " cannot replace itself", report);
    }
    if (cluster.members() instanceof Answer.Given<Members>(Members now)
        && now.members().stream().noneMatch(it -> it.id().equals(old))
        && !now.removed().contains(old)) {
      return misused("node " + old + " is no member", report);
    }
    Answer<Members> added =
        cluster.changeMembers(new Members.Wish(List.of(newcomer), List.of(), List.of()));
    return added instanceof Answer.Given<Members>
        ? change(cluster, new Members.Wish(List.of(), List.of(id), List.of(old)), report)
        : tell(added, report);
  }

  private static ExitCode misused(String message, Report report) {
    return report.misused(message, "see 'raftctl member --help'");
  }

  private static ExitCode change(ClusterClient cluster, Members.Wish wish, Report report) {
    return tell(cluster.changeMembers(wish), report);
  }

  private static ExitCode tell(Answer<Members> answer, Report report) {
    return switch (answer) {
      case Answer.Missing<Members>(Problem problem) -> report.fail(problem);
      case Answer.Given<Members>(Members members) -> {
        if (report.json()) {
          report.line(json(members));
        } else {
          table(members).lines().forEach(report::line);
        }
        yield ExitCode.DONE;
      }
    };
  }

  private static Table table(Members members) {
    Table table = new Table("ID", "ADDRESS", "MEMBER");
    for (Members.Member member : members.members()) {
      String address = member.address();
      table.row(member.id(), address == null ? "-" : address, member.role());
    }
    return table;
  }

  private static JsonObject json(Members members) {
    JsonArray rows = new JsonArray();
    for (Members.Member member : members.members()) {
      JsonObject row = new JsonObject();
      row.put("id", member.id());
      row.put("address", member.address());
      row.put("role", member.role());
      rows.add(row);
    }
    JsonArray removed = new JsonArray();
    removed.addAll(members.removed());
    JsonObject json = new JsonObject();
    json.put("cluster", members.cluster());
    json.put("members", rows);
    json.put("removed", removed);
    return json;
  }
}
