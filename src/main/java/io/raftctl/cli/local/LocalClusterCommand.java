package io.raftctl.cli.local;

import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cluster.ClusterDirectory;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterPlan;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.repl.CommandLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `local-cluster`: starts a cluster and talks to it, or handles one that was started before.
public final class LocalClusterCommand implements Subcommand {
  /// Where clusters lie that were not told to lie elsewhere, below the current directory.
  private static final String DATA_FOLDER = "raftctl-data";

  private static final String DEFAULT_NAME = "local";

  /// The actions that, as a start does, look for what was left behind.
  private static final List<String> CLEARING = List.of("ls", "rm");

  private final Function<Report, CommandLine> commandLine;
  private final OutputOptions output = new OutputOptions();
  private final OptionSpec nodes =
      number("-n", "--nodes", "N", "How many nodes it begins with (default: 3).");
  private final OptionSpec name =
      Options.option("--name", "NAME", "What it is called (default: local).");
  private final OptionSpec data =
      Options.option(
          "--data", "DIR", "Where everything of it lies (default: ./raftctl-data/NAME).");
  private final OptionSpec ephemeral =
      Options.flag("--ephemeral", "Keep nothing: a temporary directory, removed at the end.");
  private final OptionSpec basePort =
      number(
          null,
          "--base-port",
          "P",
          "Node 1 listens on P and, for HTTP, on P+1000; the others on the next ports"
              + " (default: 7001, or the next free block).");
  private final OptionSpec restore =
      Options.option("--restore", "FILE", "Begin with a snapshot; see 'raftctl snapshot'.");
  private final OptionSpec exec =
      Options.option(
          "--exec",
          "CMD",
          "The program that is the state machine of each node (default: the one of the last"
              + " start, else the built-in store); see docs/exec.md.");
  private final OptionSpec execProtocol =
      Options.option(
          "--exec-protocol", "NAME", "How it is spoken to: lines or jsonl (default: lines).");
  private final OptionSpec script =
      Options.option("--script", "FILE", "Run its lines instead of asking for some; - is stdin.");
  private final OptionSpec detach =
      Options.flag("--detach", "Leave it running; see ls, attach, stop and rm.");
  private final PositionalParamSpec action =
      PositionalParamSpec.builder()
          .index("0")
          .arity("0..1")
          .type(String.class)
          .paramLabel("ACTION")
          .completionCandidates(ClusterActions.NAMES)
          .description("ls, attach, stop or rm (default: start one).")
          .build();
  private final PositionalParamSpec target =
      Options.parameter("1", "0..1", "CLUSTER", "For an action: the name or the directory.");

  /// @param commandLine all other commands, for the prompt
  public LocalClusterCommand(Function<Report, CommandLine> commandLine) {
    this.commandLine = commandLine;
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "local-cluster",
            "Start a cluster of node processes on this machine, and talk to it.",
            "",
            "On a terminal a prompt follows; otherwise the lines of standard input are run until",
            "one fails. The end of the input ends the cluster. Its data stay, and the next start",
            "goes on with them.",
            "",
            "Examples:",
            "  raftctl local-cluster",
            "  raftctl local-cluster --exec 'bc -l'",
            "  printf 'kill leader\\nwait leader\\nstatus\\n' | raftctl local-cluster -n 5",
            "  raftctl local-cluster --detach --name demo && raftctl local-cluster stop demo");
    spec.addOption(nodes).addOption(name).addOption(data).addOption(ephemeral);
    spec.addOption(basePort).addOption(restore).addOption(exec);
    spec.addOption(execProtocol).addOption(script).addOption(detach);
    return output.addTo(spec.addPositional(action).addPositional(target));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    ClusterRegistry registry = ClusterRegistry.ofUser(report.console().env());
    String chosen = action.getValue();
    try {
      if (chosen == null || CLEARING.contains(chosen)) {
        registry.clearAway(Path.of(System.getProperty("java.io.tmpdir")));
      }
      if (chosen == null) {
        return start(registry, report);
      }
      refuseOptionsOfStart(chosen);
      ClusterActions actions =
          new ClusterActions(registry, session(report), text(script), target.getValue());
      return actions.run(chosen, report);
    } catch (ClusterException e) {
      return ClusterFailures.tell(e, report);
    }
  }

  private ExitCode start(ClusterRegistry registry, Report report)
      throws ClusterException, IOException {
    if (given(detach) && text(script) != null) {
      throw ClusterException.usage(
          "--detach and --script exclude each other", "run the script over 'attach'");
    }
    ClusterSession session = session(report);
    if (given(detach)) {
      return session.detach(plan(report.console()), registry, preparation(report.console()));
    }
    try (ClusterSession.Input input = session.open(text(script))) {
      LocalCluster cluster =
          LocalCluster.start(
              plan(report.console()),
              registry,
              JavaNodeProgram.small(),
              preparation(report.console()));
      return session.supervise(cluster, input);
    }
  }

  private ClusterPlan plan(Console console) throws ClusterException {
    String called = text(name) == null ? DEFAULT_NAME : String.valueOf(text(name));
    String place = text(data);
    if (place != null && given(ephemeral)) {
      throw ClusterException.usage("--data and --ephemeral exclude each other", "");
    }
    ClusterPlan plan =
        new ClusterPlan(
            called,
            ClusterDirectory.of(
                place == null
                    ? console.directory().resolve(DATA_FOLDER).resolve(called)
                    : console.directory().resolve(Path.of(place))),
            number(nodes),
            number(basePort),
            given(ephemeral),
            given(detach));
    plan.check();
    checkProgram();
    return given(ephemeral) ? plan.in(ClusterDirectory.temporary(called)) : plan;
  }

  private LocalCluster.Preparation preparation(Console console) {
    String file = text(restore);
    LocalCluster.Preparation state =
        file == null
            ? LocalCluster.Preparation.NONE
            : new RestoredCluster(console.directory().resolve(file), file);
    String command = text(exec);
    if (command == null) {
      return state;
    }
    String protocol = text(execProtocol) == null ? "lines" : String.valueOf(text(execProtocol));
    return cluster -> {
      state.prepare(cluster);
      ClusterDirectory.of(cluster.directory()).writeProgram(command, protocol);
    };
  }

  private void checkProgram() throws ClusterException {
    String protocol = text(execProtocol);
    String command = text(exec);
    if (command != null && command.isBlank()) {
      throw ClusterException.usage("--exec needs a command", "see docs/exec.md");
    }
    if (protocol != null && command == null) {
      throw ClusterException.usage("--exec-protocol is for a program", "add --exec CMD");
    }
    if (protocol != null && !List.of("lines", "jsonl").contains(protocol)) {
      throw ClusterException.usage("'" + protocol + "' is neither lines nor jsonl", "");
    }
  }

  private ClusterSession session(Report report) {
    return new ClusterSession(report, commandLine);
  }

  private void refuseOptionsOfStart(String chosen) throws ClusterException {
    List<OptionSpec> ofStart =
        List.of(nodes, name, data, ephemeral, basePort, restore, exec, execProtocol, detach);
    for (OptionSpec option : ofStart) {
      if (option.getValue() != null && !Boolean.FALSE.equals(option.getValue())) {
        throw ClusterException.usage(
            option.longestName() + " is for a start, not for " + chosen,
            "see 'raftctl local-cluster --help'");
      }
    }
  }

  private static OptionSpec number(
      @Nullable String shortName, String longName, String label, String description) {
    String[] names =
        shortName == null ? new String[] {longName} : new String[] {shortName, longName};
    return OptionSpec.builder(names)
        .type(Integer.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  private static OptionalInt number(OptionSpec option) {
    Integer value = option.getValue();
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static @Nullable String text(OptionSpec option) {
    return option.getValue();
  }

  private static boolean given(OptionSpec flag) {
    return Boolean.TRUE.equals(flag.getValue());
  }
}
