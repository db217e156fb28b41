package io.raftctl.cli.simulate;

import io.raftctl.cli.command.Durations;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.simulation.Simulation;
import io.raftctl.simulation.SimulationFailure;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.witness.Witnesses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `simulate`: the shipped node in a made-up world, seed after seed.
public final class SimulateCommand implements Subcommand {
  /// Runs one seed to its end, or throws a [SimulationFailure].
  interface World {
    Simulation.Report run(long seed, Choice choice, Witnesses witnesses);
  }

  /// Finds out what is left of a run that failed.
  interface Shrinking {
    Simulation.Shrunk shrink(SimulationFailure failure, Consumer<Script> progress);
  }

  private static final long SEEDS = 100;
  private static final long SEEDS_MAX = 1_000_000_000;
  private static final String TIME_MAX = "24h";

  private final OptionSpec seed =
      number(
          "--seed",
          "S",
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          "Run this one seed, to see it again; with --time, the first one.");
  private final OptionSpec seeds =
      number("--seeds", "N", 1, SEEDS_MAX, "Run seeds 1 to N (default: " + SEEDS + ").");
  private final OptionSpec time =
      Options.duration(
          "--time",
          "Run seeds from 1 on, or from --seed on, and begin none after this time.",
          text -> Durations.parse(text, TIME_MAX));
  private final OptionSpec nodes =
      number(
          "--nodes",
          "N",
          1,
          Choice.NODES_MAX,
          "Make the cluster of N nodes, 1 to 7 (default: as each seed draws).");
  private final OptionSpec nemesis =
      OptionSpec.builder("--nemesis")
          .type(Choice.class)
          .converters((ITypeConverter<Choice>) text -> new Choice(0, Choice.faults(text)))
          .paramLabel("NAME,...")
          .description(
              "What goes wrong, all of it in each world and nothing else (default: as each seed"
                  + " draws). See below.")
          .build();
  private final OptionSpec shrink =
      Options.flag(
          "--shrink",
          "Of a seed that fails, leave out nodes, requests and faults while it still does, and"
              + " write the rest as a scenario: seed-S.raft.");
  private final OptionSpec trace =
      Options.option("--trace", "FILE", "Write what happens, an event a line; for one seed only.");
  private final OptionSpec history =
      Options.option(
          "--history", "FILE", "Write what the clients did, for 'raftctl check' to judge.");
  private final OutputOptions output = new OutputOptions();
  private final World world;
  private final Shrinking shrinking;

  public SimulateCommand() {
    this(Simulation::run, Simulation::shrink);
  }

  SimulateCommand(World world, Shrinking shrinking) {
    this.world = world;
    this.shrinking = shrinking;
  }

  private static OptionSpec number(
      String name, String label, long min, long max, String description) {
    return OptionSpec.builder(name)
        .type(Long.class)
        .converters((ITypeConverter<Long>) text -> number(name, text, min, max))
        .paramLabel(label)
        .description(description)
        .build();
  }

  private static long number(String name, String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // It is told below, as one that is out of range.
    }
    throw new IllegalArgumentException(
        "%s: '%s' is not a whole number from %d to %d".formatted(name, text, min, max));
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "simulate",
            "Run the shipped node on simulated disks, network and clocks, break them, and check"
                + " every step. Exit code 1: a promise was broken.",
            "",
            "Each seed draws a world: how many nodes, how fast and how reliable all is, and what"
                + " goes",
            "wrong. A seed that breaks a promise ends the run, and says which promise, what each"
                + " node",
            "did last, and the command that shows it again. For --nemesis there are:",
            "",
            "  partition         links cut: two groups, one way, all but a bridge, or a ring",
            "  flapping-leader   whoever leads is cut off for a moment, again and again",
            "  slow-disk         disks that take long, and hang",
            "  full-disk         disks that are full for a while, some within a snapshot",
            "  crash-storm       nodes that crash, many of them one right after the other",
            "  clock-jump        clocks that jump ahead",
            "  membership-churn  members that come, go and move",
            "  lost-disk         a node of three or more comes back with an empty disk",
            "  bit-rot           after a power failure a disk has not what was written",
            "  all               each of these, and what has no name as the seed draws it",
            "  none              nothing",
            "",
            "Examples:",
            "  raftctl simulate --seeds 1000",
            "  raftctl simulate --time 10m --nodes 5 --nemesis partition,crash-storm",
            "  raftctl simulate --seeds 10000 --shrink",
            "  raftctl simulate --seed 42 --trace trace.txt --history history.jsonl",
            "  raftctl check history.jsonl");
    for (OptionSpec option : List.of(seed, seeds, time, nodes, nemesis, shrink, trace, history)) {
      spec.addOption(option);
    }
    return output.addTo(spec);
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    Long one = seed.getValue();
    Long many = seeds.getValue();
    Duration limit = time.getValue();
    if (one != null && many != null) {
      return report.misused("--seed and --seeds exclude each other", "give one of them");
    }
    if (many != null && limit != null) {
      return report.misused("--seeds and --time exclude each other", "give one of them");
    }
    boolean alone = one != null && limit == null;
    if (trace.getValue() != null && !alone) {
      return report.misused("--trace is for one seed only", "give --seed, and no --time");
    }
    long count = alone ? 1 : many != null ? many : SEEDS;
    Seeds wanted = new Seeds(one == null ? 1 : one, count, limit);
    try (Records records = new Records(file(report, trace), file(report, history), alone)) {
      return run(report, wanted, records);
    }
  }

  private static @Nullable Path file(Report report, OptionSpec option) {
    String name = option.getValue();
    return name == null ? null : report.console().directory().resolve(name);
  }

  private Choice choice() {
    Long size = nodes.getValue();
    Choice faults = nemesis.getValue();
    return new Choice(
        size == null ? 0 : Math.toIntExact(size), faults == null ? null : faults.faults());
  }

  private ExitCode run(Report report, Seeds wanted, Records records) throws IOException {
    Coverage coverage = new Coverage();
    SimulateReport to = new SimulateReport(report, wanted, coverage);
    Totals totals = Totals.NONE;
    SimulationFailure failure = null;
    Simulation.Shrunk shrunk = null;
    try (Progress progress = new Progress(report.console(), wanted, coverage)) {
      while (failure == null && wanted.goOn(totals.seeds(), to.elapsed())) {
        long next = wanted.first() + totals.seeds();
        long startMicros = totals.simulatedMicros();
        Witnesses witnesses = records.witnesses(coverage);
        try {
          totals = totals.with(world.run(next, choice(), witnesses));
        } catch (SimulationFailure broken) {
          totals = totals.with(broken.place());
          failure = broken;
        }
        records.ended(next, witnesses, startMicros);
        progress.show(totals, to.elapsed());
      }
      if (failure != null && Boolean.TRUE.equals(shrink.getValue())) {
        shrunk = shrinking.shrink(failure, progress::show);
      }
    }
    return tell(to, totals, failure, shrunk, report.console().directory());
  }

  /// Tells what failed even where what is left of it finds no place.
  private static ExitCode tell(
      SimulateReport to,
      Totals totals,
      @Nullable SimulationFailure failure,
      Simulation.@Nullable Shrunk shrunk,
      Path directory)
      throws IOException {
    if (failure == null || shrunk == null) {
      return to.tell(totals, failure, null);
    }
    try {
      return to.tell(totals, failure, Remains.write(directory, failure, shrunk));
    } catch (IOException e) {
      to.tell(totals, failure, null);
      throw e;
    }
  }
}
