package io.raftctl.cli.simulate;

import com.grack.nanojson.JsonObject;
import io.raftctl.benchmark.CpuTime;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.simulation.Simulation;
import io.raftctl.simulation.SimulationFailure;
import java.time.Duration;
import java.util.HexFormat;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `simulate`: the shipped node in a made-up world, seed after seed.
public final class SimulateCommand implements Subcommand {
  private final OutputOptions output = new OutputOptions();
  private final OptionSpec seed = number("--seed", "S", "Run this one seed, to see it again.");
  private final OptionSpec seeds = number("--seeds", "N", "Run seeds 1 to N (default: 100).");

  private static OptionSpec number(String name, String label, String description) {
    return OptionSpec.builder(name)
        .type(Long.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "simulate",
            "Run the shipped node on simulated disks, network and clocks, break them, and check"
                + " every step. Exit code 1: a promise was broken.",
            "",
            "Examples:",
            "  raftctl simulate --seeds 1000",
            "  raftctl simulate --seed 42");
    return output.addTo(spec.addOption(seed).addOption(seeds));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    Long one = seed.getValue();
    Long many = seeds.getValue();
    if (one != null && many != null) {
      return report.misused("--seed and --seeds exclude each other", "give one of them");
    }
    long first = one == null ? 1 : one;
    long last = one != null ? one : many == null ? 100 : many;
    try {
      report(first, last, report);
      return ExitCode.DONE;
    } catch (SimulationFailure failure) {
      report.line(String.valueOf(failure.getMessage()));
      return ExitCode.NEGATIVE;
    }
  }

  private static void report(long first, long last, Report report) {
    long start = System.nanoTime();
    final Duration cpuBefore = CpuTime.ofThisProcess();
    long steps = 0;
    long micros = 0;
    long acknowledged = 0;
    long reads = 0;
    long hash = 0;
    for (long seed = first; seed <= last; seed++) {
      Simulation.Report run = Simulation.run(seed);
      steps += run.steps();
      micros += run.simulatedMicros();
      acknowledged += run.acknowledged();
      reads += run.reads();
      hash = hash * 31 + run.traceHash();
    }
    double hours = micros / 3.6e9;
    double seconds = (System.nanoTime() - start) / 1e9;
    // The system counts in hundredths of a second: less cannot be told from it.
    Duration cpu = CpuTime.ofThisProcess().minus(cpuBefore);
    double cpuSeconds = Math.max(0.01, cpu.toNanos() / 1e9);
    double speed = hours * 3600 / cpuSeconds;
    if (report.json()) {
      JsonObject json = new JsonObject();
      json.put("seed", first);
      json.put("seeds", last - first + 1);
      json.put("traceHash", HexFormat.of().toHexDigits(hash));
      json.put("steps", steps);
      json.put("simulatedMicros", micros);
      json.put("acknowledged", acknowledged);
      json.put("reads", reads);
      json.put("wallSeconds", seconds);
      json.put("cpuSeconds", cpuSeconds);
      json.put("simulatedHoursPerCpuHour", speed);
      report.line(json);
    } else {
      report.line(
          "%d seeds, %.2f simulated hours, %d steps, %d writes acknowledged, %d reads: all promises"
                  .formatted(last - first + 1, hours, steps, acknowledged, reads)
              + " kept");
      report.line("trace " + HexFormat.of().toHexDigits(hash));
      report.line("%.0f simulated hours per hour of CPU".formatted(speed));
    }
  }
}
