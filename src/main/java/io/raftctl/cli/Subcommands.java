package io.raftctl.cli;

import io.raftctl.cli.bench.BenchCommand;
import io.raftctl.cli.check.CheckCommand;
import io.raftctl.cli.command.GetCommand;
import io.raftctl.cli.command.KeysCommand;
import io.raftctl.cli.command.NodeCommand;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.command.VersionCommand;
import io.raftctl.cli.local.LocalClusterCommand;
import io.raftctl.cli.log.LogCommand;
import io.raftctl.cli.log.RecoverCommand;
import io.raftctl.cli.operator.FaultsCommand;
import io.raftctl.cli.operator.LeaderCommand;
import io.raftctl.cli.operator.MemberCommand;
import io.raftctl.cli.operator.StatusCommand;
import io.raftctl.cli.scenario.ScenarioCommand;
import io.raftctl.cli.simulate.SimulateCommand;
import io.raftctl.cli.snapshot.SnapshotCommand;
import io.raftctl.cli.submit.OutcomeCommand;
import io.raftctl.cli.submit.SubmitCommand;
import io.raftctl.cli.submit.WriteCommand;
import io.raftctl.cli.torture.TortureCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The table of commands: a new one is a line in [#GROUPS] and a line in [#create].
final class Subcommands {
  /// Commands that belong together in the help.
  record Group(String title, List<String> names) {}

  static final List<Group> GROUPS =
      List.of(
          new Group("Run a cluster", List.of("local-cluster", "node")),
          new Group(
              "Use a cluster",
              List.of("submit", "get", "put", "del", "cas", "incr", "keys", "outcome")),
          new Group(
              "See and break it", List.of("status", "log", "leader", "member", "block", "unblock")),
          new Group("Back it up", List.of("snapshot", "recover")),
          new Group(
              "Measure and doubt it", List.of("bench", "simulate", "torture", "check", "scenario")),
          new Group("About raftctl", List.of("help", "version", "completion")));

  private Subcommands() {}

  /// A new instance of the command that has this name, or null. Only its own class is loaded, which
  /// is why this is a switch.
  static @Nullable Subcommand create(String name) {
    return switch (name) {
      case "node" -> new NodeCommand();
      case "submit" -> new SubmitCommand();
      case "get" -> new GetCommand();
      case "put" -> WriteCommand.put();
      case "del" -> WriteCommand.del();
      case "cas" -> WriteCommand.cas();
      case "incr" -> WriteCommand.incr();
      case "keys" -> new KeysCommand();
      case "outcome" -> new OutcomeCommand();
      case "status" -> new StatusCommand();
      case "log" -> new LogCommand();
      case "snapshot" -> new SnapshotCommand();
      case "recover" -> new RecoverCommand();
      case "leader" -> new LeaderCommand();
      case "member" -> new MemberCommand();
      case "block" -> FaultsCommand.block();
      case "unblock" -> FaultsCommand.unblock();
      case "local-cluster" -> new LocalClusterCommand(PromptCommandLine::new);
      case "bench" -> new BenchCommand();
      case "simulate" -> new SimulateCommand();
      case "torture" -> new TortureCommand();
      case "check" -> new CheckCommand();
      case "scenario" ->
          new ScenarioCommand((report, words) -> new Raftctl(report.console()).run(words));
      case "help" -> new HelpCommand();
      case "version" -> new VersionCommand();
      case "completion" -> new CompletionCommand();
      case "train-cache" -> new TrainCacheCommand(); // For the launcher, so in no group.
      default -> null;
    };
  }

  /// As [#create], of a name that is known to be in the table.
  static Subcommand existing(String name) {
    return Objects.requireNonNull(create(name), name);
  }

  /// All that the help lists, in its order.
  static List<String> names() {
    List<String> names = new ArrayList<>();
    GROUPS.forEach(group -> names.addAll(group.names()));
    return names;
  }
}
