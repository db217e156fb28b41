package io.raftctl.cli.bench;

import io.raftctl.benchmark.CommandTimes;
import io.raftctl.benchmark.Failovers;
import io.raftctl.benchmark.IdleCost;
import io.raftctl.benchmark.LoadRun;
import io.raftctl.benchmark.StartTimes;
import io.raftctl.benchmark.ThrowAway;
import io.raftctl.benchmark.ThrowAwayCluster;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.local.ClusterFailures;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `bench`: measures a cluster under load, and the waits that a person meets.
public final class BenchCommand implements Subcommand {
  private final BenchOptions options = new BenchOptions();
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec what =
      PositionalParamSpec.builder()
          .index("0")
          .arity("0..1")
          .type(String.class)
          .paramLabel("WHAT")
          .completionCandidates(Bench.NAMES)
          .description("load, start, failover, idle or command (default: load).")
          .build();

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "bench",
            "Measure a cluster: its throughput and latencies, and what else one waits for.",
            "",
            "  load      closed-loop clients: each has one request under way, always",
            "  start     from the start of a new cluster to its first accepted write",
            "  failover  from the death of a leader to the next accepted write",
            "  idle      processor time of each node of a cluster that nobody uses",
            "  command   a shell command, from the start of the launcher to its end",
            "",
            "Without -e it starts a cluster of its own in this folder, and removes it. With -e,",
            "keys that begin with 'bench' are written to that cluster and stay.",
            "Exit code 1, 3 or 4: no request was done.",
            "",
            "Examples:",
            "  raftctl bench --clients 64 --reads 90 --time 30s",
            "  raftctl bench -e 127.0.0.1:8080 -o json",
            "  raftctl bench failover --runs 20");
    return output.addTo(options.addTo(spec.addPositional(what)));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    String named = what.getValue();
    Bench bench = named == null ? Bench.LOAD : Bench.of(named);
    options.check(bench);
    try {
      return run(bench, options.throwAway(bench, report.console()), report);
    } catch (ClusterException e) {
      return ClusterFailures.tell(e, report);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return report.failed("interrupted", "");
    }
  }

  private ExitCode run(Bench bench, ThrowAway throwAway, Report report)
      throws ClusterException, InterruptedException {
    BenchReport to = new BenchReport(report, bench.word());
    return switch (bench) {
      case LOAD -> load(throwAway, report);
      case START -> to.timings(StartTimes.measure(throwAway, options.runs(5)));
      case FAILOVER -> to.timings(Failovers.measure(throwAway, options.runs(10)));
      case IDLE -> to.idle(IdleCost.measure(throwAway, options.warmUp(bench), options.time()));
      case COMMAND -> command(throwAway, to);
    };
  }

  private ExitCode load(ThrowAway throwAway, Report report)
      throws ClusterException, InterruptedException {
    Endpoints running = options.running();
    if (running != null) {
      LoadRun.Ending ending =
          LoadRun.run(options.load(), running, options.timeout(), () -> Duration.ZERO);
      return new LoadReport(report, null).tell(ending);
    }
    var load = options.load(); // Checked before anything is started.
    try (ThrowAwayCluster cluster = throwAway.start()) {
      LoadRun.Ending ending =
          LoadRun.run(load, cluster.endpoints(), options.timeout(), cluster::cpuOfAll);
      return new LoadReport(report, throwAway).tell(ending);
    }
  }

  private ExitCode command(ThrowAway throwAway, BenchReport report)
      throws ClusterException, InterruptedException {
    String launcher = System.getProperty("raftctl.launcher");
    if (launcher == null) {
      throw ClusterException.usage(
          "bench command measures the launcher, and was not started by it", "run it by raftctl");
    }
    int runs = options.runs(20);
    Endpoints running = options.running();
    if (running != null) {
      return report.command(CommandTimes.measure(Path.of(launcher), running, runs));
    }
    try (ThrowAwayCluster cluster = throwAway.start()) {
      return report.command(CommandTimes.measure(Path.of(launcher), cluster.endpoints(), runs));
    }
  }
}
