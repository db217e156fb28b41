package io.raftctl.cli.torture;

import io.raftctl.benchmark.ThrowAway;
import io.raftctl.cli.command.Durations;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.local.ClusterFailures;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import io.raftctl.cluster.NodeProgram;
import io.raftctl.torture.Ending;
import io.raftctl.torture.Fault;
import io.raftctl.torture.Plan;
import io.raftctl.torture.Torture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `torture`: breaks a cluster of real processes under load, and judges it.
public final class TortureCommand implements Subcommand {
  private static final int ROUNDS = 50;

  /// Snapshots belong into what is broken, and at the usual size no run would take one.
  private static final String SNAPSHOT_BYTES = "256KiB";

  private final OptionSpec rounds =
      number("--rounds", "N", "How many rounds (default: " + ROUNDS + ", or what --time allows).");
  private final OptionSpec time =
      OptionSpec.builder("--time")
          .type(Duration.class)
          .converters((ITypeConverter<Duration>) Durations::parse)
          .paramLabel("DURATION")
          .description("Begin no round after this time.")
          .build();
  private final OptionSpec nodes = number("-n,--nodes", "N", "How many nodes (default: 5).");
  private final OptionSpec nemesis =
      Options.option(
          "--nemesis",
          "FAULT,...",
          Fault.words(),
          "What is done to them (default: " + Fault.words() + ").");
  private final OptionSpec seed =
      OptionSpec.builder("--seed")
          .type(Long.class)
          .paramLabel("S")
          .description("Draws what is done, to whom and for how long (default: another each time).")
          .build();
  private final OptionSpec rate =
      number("--rate", "R", "Commands a second (default: 500), as far as the cluster takes them.");
  private final OptionSpec data =
      Options.option(
          "--data", "DIR", ".", "The folder in which the cluster's data lie (default: this one).");
  private final OutputOptions output = new OutputOptions();

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "torture",
            "Break a cluster of real processes under load, round after round, and check that"
                + " nothing acknowledged is lost or applied twice.",
            "",
            "  kill     kill -9 of some nodes or of all at once, then started again",
            "  pause    nodes that are frozen, connected but silent (SIGSTOP)",
            "  block    nodes whose links are cut: both ways, or only what they send or hear",
            "  restart  every node ends in good order and is started again, one after the other",
            "  replace  a node leaves for good, dead or alive, and another one joins in its place",
            "",
            "The cluster is its own, and removed at the end. After each round it must serve and"
                + " its",
            "nodes must agree within 30s; then every node must hold what the clients were told.",
            "Exit code 1: a promise was broken; the cluster's data and logs stay.",
            "",
            "Examples:",
            "  raftctl torture",
            "  raftctl torture --rounds 10 --nemesis kill,pause --seed 7",
            "  raftctl torture --time 5m -n 3 -o json");
    for (OptionSpec option : List.of(rounds, time, nodes, nemesis, seed, rate, data)) {
      spec.addOption(option);
    }
    return output.addTo(spec);
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    Plan plan = plan();
    TortureReport to = new TortureReport(report, plan);
    try {
      Ending ending = Torture.run(throwAway(report.console()), plan, to::round);
      return to.tell(ending);
    } catch (ClusterException e) {
      return ClusterFailures.tell(e, report);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return report.failed("interrupted", "");
    }
  }

  private Plan plan() {
    Duration limit = time.getValue();
    Integer wanted = rounds.getValue();
    return new Plan(
        wanted == null && limit != null
            ? OptionalInt.empty()
            : OptionalInt.of(value(wanted, ROUNDS)),
        limit,
        Fault.parse(nemesis.getValue()),
        value(seed.getValue(), ThreadLocalRandom.current().nextLong(1, 1L << 31)),
        value(rate.getValue(), 500));
  }

  private ThrowAway throwAway(Console console) {
    String folder = data.getValue();
    return new ThrowAway(
        "torture",
        value(nodes.getValue(), 5),
        console.directory().resolve(folder),
        program(),
        ClusterRegistry.ofUser(console.env()));
  }

  private static NodeProgram program() {
    JavaNodeProgram small = JavaNodeProgram.small();
    return (node, cluster, seat, readyFile, endsWithParent) -> {
      List<String> words =
          new ArrayList<>(small.command(node, cluster, seat, readyFile, endsWithParent));
      words.addAll(List.of("--snapshot-bytes", SNAPSHOT_BYTES));
      return words;
    };
  }

  private static <T> T value(@Nullable T given, T standard) {
    return given == null ? standard : given;
  }

  private static OptionSpec number(String names, String label, String description) {
    return OptionSpec.builder(names.split(","))
        .type(Integer.class)
        .paramLabel(label)
        .description(description)
        .build();
  }
}
