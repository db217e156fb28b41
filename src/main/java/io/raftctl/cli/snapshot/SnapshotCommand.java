package io.raftctl.cli.snapshot;

import io.raftctl.cli.command.ClientOptions;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `snapshot`: saves a live cluster's state, and makes new clusters of it.
public final class SnapshotCommand implements Subcommand {
  private static final List<String> ACTIONS = List.of("save", "restore", "verify", "ls");

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
          .description("save, restore, verify or ls.")
          .build();
  private final PositionalParamSpec file =
      Options.parameter("1", "0..1", "FILE", "The snapshot, - for a stream; for ls a directory.");
  private final OptionSpec data =
      Options.option("--data-dir", "DIR", "For restore: the new node's directory, empty.");
  private final OptionSpec id = Options.option("--id", "ID", "For restore: the new node's id.");
  private final OptionSpec cluster =
      Options.option("--cluster", "NAME", "For restore: the new cluster's name, another one.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "snapshot",
            "Save the state of a live cluster to a file, and make new clusters of it.",
            "",
            "  save FILE|-    everything committed when it began, while the cluster goes on",
            "  restore FILE   the data directory of one node of a new cluster; once a node",
            "  verify FILE|-  whether every byte is intact; exit code 1 where one is not",
            "  ls [DIR]       the snapshots in a node's data directory (default: raftctl-data/1)",
            "",
            "Examples:",
            "  raftctl snapshot save backup.snap",
            "  raftctl snapshot save - | ssh host 'cat >backup.snap'",
            "  raftctl snapshot verify backup.snap",
            "  raftctl snapshot restore backup.snap --cluster new --id 1 --data-dir new/1",
            "  raftctl local-cluster --restore backup.snap --name copy");
    spec.addPositional(action).addPositional(file);
    spec.addOption(data).addOption(id).addOption(cluster);
    return output.addTo(client.addTo(spec));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String chosen = action.getValue();
    boolean optionsOfRestore = text(data) != null || text(id) != null || text(cluster) != null;
    if (optionsOfRestore && !chosen.equals("restore")) {
      return report.misused(
          "--data-dir, --id and --cluster are for restore, not for " + chosen,
          "see 'raftctl snapshot --help'");
    }
    SnapshotFiles files = new SnapshotFiles(report);
    String name = file.getValue();
    if (chosen.equals("ls")) {
      return files.list(name == null ? "raftctl-data/1" : name);
    }
    if (!ACTIONS.contains(chosen)) {
      return report.misused(
          "'" + chosen + "' is nothing that snapshot does", "there are " + ACTIONS);
    }
    if (name == null) {
      return report.misused(
          "snapshot " + chosen + " needs a file", "see 'raftctl snapshot --help'");
    }
    return switch (chosen) {
      case "save" -> new SnapshotSave(client.client(report.console()), report).save(name);
      case "verify" -> files.verify(name);
      default -> restore(files, name, report);
    };
  }

  private ExitCode restore(SnapshotFiles files, String name, Report report) throws IOException {
    String directory = text(data);
    String node = text(id);
    String called = text(cluster);
    if (directory == null || node == null || called == null) {
      return report.misused(
          "restore needs --data-dir, --id and --cluster",
          "such as: raftctl snapshot restore " + name + " --cluster new --id 1 --data-dir new/1");
    }
    return files.restore(name, directory, node, called);
  }

  private static @Nullable String text(OptionSpec option) {
    return option.getValue();
  }
}
