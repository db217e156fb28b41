package io.raftctl.cli.torture;

import io.raftctl.benchmark.ThrowAway;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.local.ClusterFailures;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.JavaNodeProgram;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProgram;
import io.raftctl.torture.GivenGround;
import io.raftctl.torture.Ground;
import io.raftctl.torture.OwnGround;
import io.raftctl.torture.Plan;
import io.raftctl.torture.RemoteGround;
import io.raftctl.torture.Round;
import io.raftctl.torture.Torture;
import io.raftctl.torture.chart.Timeline;
import io.raftctl.torture.nemesis.Fault;
import io.raftctl.torture.nemesis.RemoteNemesis;
import io.raftctl.torture.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `torture`: breaks a cluster of real processes under load, and judges it.
public final class TortureCommand implements Subcommand {
  private static final int ROUNDS = 50;

  /// Snapshots belong into what is broken, and at the usual size no run would take one.
  private static final String SNAPSHOT_BYTES = "256KiB";

  private final OptionSpec rounds =
      number("--rounds", "N", "How many rounds (default: " + ROUNDS + ", or what --time allows).");
  private final OptionSpec time = Options.duration("--time", "Begin no round after this time.");
  private final OptionSpec nodes =
      number("-n,--nodes", "N", "How many nodes a new cluster has (default: 5).");
  private final OptionSpec cluster =
      Options.option(
          "--cluster",
          "NAME",
          "Break this local cluster, which runs detached, and leave it running (default: a new"
              + " one).");
  private final OptionSpec endpoints =
      addresses(
          "-e,--endpoints",
          "Break the cluster of these nodes, which runs elsewhere; one that answers is enough. No"
              + " variable stands for it.");
  private final OptionSpec operators =
      addresses(
          "--operators",
          "With -e: the voters' ports for operators (their --http), for disk and clock.");
  private final OptionSpec nemesis =
      Options.option(
          "--nemesis",
          "FAULT,...",
          "What is done to them (default: " + Fault.words() + ", as far as it can be done).");
  private final OptionSpec workload =
      Options.option(
          "--workload",
          "WORKLOAD",
          "register",
          "What the clients do whose history is judged: " + Workload.words() + ".");
  private final OptionSpec history =
      Options.option(
          "--history", "FILE", "Write what these clients asked and heard, for 'raftctl check'.");
  private final OptionSpec page =
      Options.option(
          "--report",
          "FILE",
          "Draw the run as a page for a browser: what was broken, and its cost.");
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
            "  kill        kill -9 of some nodes or of all at once, then started again",
            "  pause       nodes that are frozen, connected but silent (SIGSTOP)",
            "  partition   nodes whose links are cut: both ways, or only what they send or hear",
            "  disk        syncs that are slow or fail, a full disk, bits that flip in a stopped"
                + " node",
            "  clock       clocks that jump, or run too fast or too slow",
            "  restart     every node ends in good order and is started again, one after the other",
            "  membership  a node leaves for good, dead or alive, and another one joins instead",
            "",
            "The cluster is its own, and removed at the end, unless --cluster names one; members",
            "are replaced there only if --nemesis says so. Of a cluster elsewhere (-e) links are",
            "cut, and with --operators disks are slowed and filled and clocks go wrong, where",
            "nodes run with --faults; all of it is taken back at the end and on Ctrl-C.",
            "",
            "After each round it must serve and its nodes must agree within 30s; then every node",
            "must hold what the clients were told, and some order of all that the workload's",
            "clients did must explain what they heard.",
            "Exit code 1: a promise was broken; the cluster's data and logs stay. 3: it was not",
            "well before, or what was broken at nodes elsewhere may not all be taken back.",
            "",
            "Examples:",
            "  raftctl torture",
            "  raftctl torture --rounds 10 --nemesis kill,pause --seed 7",
            "  raftctl torture --time 5m -n 3 -o json",
            "  raftctl torture --cluster demo --rounds 6",
            "  raftctl torture -e 10.0.0.1:8080,10.0.0.2:8080 --rounds 10",
            "  raftctl torture --time 1m --workload append --report torture.html",
            "  raftctl torture --rounds 5 --history h.jsonl && raftctl check h.jsonl");
    for (OptionSpec option :
        List.of(
            rounds, time, nodes, cluster, endpoints, operators, workload, nemesis, rate, seed,
            history, page, data)) {
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
    requireOneCluster();
    Plan plan = plan();
    Console console = report.console();
    try (HistoryFile histories = histories(console)) {
      if (page.getValue() != null) { // So that it does not fail at the end.
        Files.writeString(console.directory().resolve(page.<String>getValue()), "");
      }
      TortureReport to = new TortureReport(report, plan, target(), histories);
      return torture(plan, report, to);
    } catch (IOException | UncheckedIOException e) {
      return report.failed("cannot write: " + e.getMessage(), "give another FILE");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return report.failed("interrupted", "");
    }
  }

  /// A broken promise is the answer also where something cannot be taken back after it.
  private ExitCode torture(Plan plan, Report report, TortureReport to)
      throws IOException, InterruptedException {
    Timeline timeline = new Timeline();
    ExitCode verdict = ExitCode.DONE;
    try (Ground ground = ground(plan, report)) {
      verdict = to.tell(Torture.run(ground, plan, timeline, to));
      draw(report.console(), plan, to.rounds(), timeline, verdict);
    } catch (ClusterException e) {
      ExitCode failure = ClusterFailures.tell(e, report);
      return verdict == ExitCode.DONE ? failure : verdict;
    }
    return verdict;
  }

  private @Nullable HistoryFile histories(Console console) throws IOException {
    String file = history.getValue();
    return file == null ? null : new HistoryFile(console.directory().resolve(file));
  }

  private void draw(
      Console console, Plan plan, List<Round> rounds, Timeline timeline, ExitCode code)
      throws IOException {
    String file = page.getValue();
    if (file != null) {
      String verdict = code == ExitCode.DONE ? "every promise was kept" : "NOT every promise kept";
      Files.writeString(
          console.directory().resolve(file), TortureChart.of(plan, rounds, timeline, verdict));
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
        faults(),
        Workload.of(workload.getValue()),
        value(seed.getValue(), ThreadLocalRandom.current().nextLong(1, 1L << 31)),
        value(rate.getValue(), 500));
  }

  /// @throws IllegalArgumentException where the options name two clusters, or ports of none
  private void requireOneCluster() {
    boolean elsewhere = endpoints.getValue() != null;
    if (elsewhere && cluster.getValue() != null) {
      throw new IllegalArgumentException("--cluster and -e exclude each other; give one of them");
    }
    if (nodes.getValue() != null && (elsewhere || cluster.getValue() != null)) {
      throw new IllegalArgumentException(
          "--nodes is for a cluster of its own, and %s names one that runs"
              .formatted(elsewhere ? "-e" : "--cluster"));
    }
    if (operators.getValue() != null && !elsewhere) {
      throw new IllegalArgumentException("--operators is for a cluster that -e names");
    }
  }

  /// As it stands on the command line.
  private String target() {
    if (endpoints.getValue() == null) {
      return cluster.getValue() == null ? "" : " --cluster " + cluster.getValue();
    }
    List<String> ports = operators.getValue();
    return " -e "
        + String.join(",", endpoints.<List<String>>getValue())
        + (ports == null ? "" : " --operators " + String.join(",", ports));
  }

  private Ground ground(Plan plan, Report report) throws ClusterException, InterruptedException {
    Console console = report.console();
    String folder = data.getValue();
    Path parent = console.directory().resolve(folder);
    String run = Long.toString(System.currentTimeMillis(), 36);
    Endpoints elsewhere = endpoints(endpoints, "-e");
    if (elsewhere != null) {
      return RemoteGround.enter(
          new RemoteGround.Place(elsewhere, endpoints(operators, "--operators"), parent),
          plan.faults(),
          run,
          unhealed -> ClusterFailures.tell(unhealed, report));
    }
    ClusterRegistry registry = ClusterRegistry.ofUser(console.env());
    String name = cluster.getValue();
    return name != null
        ? given(name, run, registry)
        : OwnGround.start(
            new ThrowAway("torture", value(nodes.getValue(), 5), parent, program(), registry));
  }

  private static @Nullable Endpoints endpoints(OptionSpec option, String source) {
    List<String> given = option.getValue();
    return given == null ? null : Endpoints.parse(String.join(",", given), source);
  }

  private static Ground given(String name, String run, ClusterRegistry registry)
      throws ClusterException {
    List<ClusterDescription> found = registry.find(name);
    if (found.size() != 1 || found.getFirst().state() != ClusterDescription.State.DETACHED) {
      throw ClusterException.usage(
          "no cluster " + name + " runs detached",
          "start one with 'raftctl local-cluster --detach --name " + name + "'");
    }
    LocalCluster cluster = LocalCluster.attach(found.getFirst(), registry, JavaNodeProgram.small());
    return new GivenGround(cluster, run);
  }

  /// What cannot be undone is not done to a cluster that goes on, unless it is asked for; what
  /// takes processes of this machine is not done to one elsewhere at all.
  private List<Fault> faults() {
    String words = nemesis.getValue();
    if (endpoints.getValue() != null) {
      return RemoteNemesis.choose(words, operators.getValue() != null);
    }
    if (words != null) {
      return Fault.parse(words);
    }
    return Fault.parse(Fault.words()).stream()
        .filter(fault -> cluster.getValue() == null || fault != Fault.MEMBERSHIP)
        .toList();
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

  private static OptionSpec addresses(String names, String description) {
    return OptionSpec.builder(names.split(","))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .splitRegex(",")
        .paramLabel("HOST:PORT")
        .description(description)
        .build();
  }
}
