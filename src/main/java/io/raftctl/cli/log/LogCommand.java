package io.raftctl.cli.log;

import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.ClusterClient;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `log`: the committed commands of one node; and with an action all that a log holds, of a live
/// node or in a directory.
public final class LogCommand implements Subcommand {
  private static final String DUMP = "dump";
  private static final String VERIFY = "verify";
  private static final String DIFF = "diff";
  private static final List<String> ACTIONS = List.of(DUMP, VERIFY, DIFF);

  private final ClientOptions client = new ClientOptions();
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec action =
      PositionalParamSpec.builder()
          .index("0")
          .arity("0..1")
          .type(String.class)
          .paramLabel("ACTION")
          .completionCandidates(ACTIONS)
          .description("dump, verify or diff (default: print committed commands).")
          .build();
  private final PositionalParamSpec sources =
      Options.parameter(
          "1..*",
          "0..*",
          "SOURCE",
          "A node's data directory, or a live node: HOST:PORT or its id.");
  private final OptionSpec from =
      OptionSpec.builder("--from")
          .type(Long.class)
          .paramLabel("N")
          .description("The index to start at (default: the first that there is).")
          .build();
  private final OptionSpec node =
      Options.option(
          "--node", "NODE", "Whose log: an id, leader or follower (default: any node's).");
  private final OptionSpec follow = Options.flag("--follow", "Go on until Ctrl-C.");
  private final OptionSpec all =
      Options.flag("--all", "Show the entries that are no commands too; for dump replaced ones.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "log",
            "Print the committed commands of a live node: index, term, request and command.",
            "",
            "  dump SOURCE       every entry, of a directory uncommitted ones too: index, term,",
            "                    kind, request, place and command",
            "  verify SOURCE...  whether every byte is what was written; exit code 1 where not",
            "  diff SOURCE...    the first entry in which logs differ; exit code 1 where they",
            "                    must not",
            "",
            "A directory is only read. Where a node uses it, the result is a moment's picture.",
            "",
            "Examples:",
            "  raftctl log --from 100",
            "  raftctl log --node 2 --follow",
            "  raftctl log -o json | jq -r .command",
            "  raftctl log dump raftctl-data/1 --from 100",
            "  raftctl log verify raftctl-data/1",
            "  raftctl log diff raftctl-data/1 127.0.0.1:8082");
    spec.addPositional(action).addPositional(sources);
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
    String wanted = action.getValue();
    ClusterClient cluster = client.client(report.console());
    if (wanted == null) {
      return new CommittedCommands(cluster, isSet(all), report)
          .print(node.getValue(), first, isSet(follow));
    }
    if (!ACTIONS.contains(wanted)) {
      return report.misused(
          "there is no 'log " + wanted + "'", "there are " + String.join(", ", ACTIONS));
    }
    List<String> given = sources.getValue();
    try {
      List<String> words =
          LogSource.each(given == null ? List.of() : given, cluster, report.console());
      String mistake = mistake(wanted, words);
      if (!mistake.isEmpty()) {
        return report.misused(mistake, "see 'raftctl log --help'");
      }
      return switch (wanted) {
        case DUMP -> new LogDump(cluster, isSet(all), report).print(words.getFirst(), first);
        case VERIFY -> new LogVerify(cluster, report).verify(words);
        default -> new LogDiff(cluster, report).diff(words, first == null ? 1 : first);
      };
    } catch (NoAnswerException e) {
      return report.fail(e.problem());
    } catch (StorageException e) {
      return report.failed(String.valueOf(e.getMessage()), "");
    }
  }

  /// What is wrong with the line, or nothing.
  private String mistake(String wanted, List<String> words) {
    if (node.getValue() != null || isSet(follow)) {
      return "--node and --follow are for log without an action, not for " + wanted;
    }
    if (isSet(all) && !wanted.equals(DUMP)) {
      return "--all is not for " + wanted;
    }
    if (from.getValue() != null && wanted.equals(VERIFY)) {
      return "--from is not for verify, which reads all there is";
    }
    if (wanted.equals(DUMP) && words.size() != 1) {
      return "log dump takes one directory or live node, not " + words.size();
    }
    if (wanted.equals(VERIFY) && words.isEmpty()) {
      return "log verify needs a directory or a live node";
    }
    if (wanted.equals(DIFF) && words.stream().distinct().count() < Math.max(2, words.size())) {
      return "log diff compares two or more different directories or live nodes";
    }
    return "";
  }

  private static boolean isSet(OptionSpec flag) {
    return Boolean.TRUE.equals(flag.getValue());
  }
}
