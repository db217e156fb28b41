package io.raftctl.cli;

import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import picocli.CommandLine.Model.CommandSpec;

/// `train-cache`: does once what commands do, for the launcher to record which classes they need.
final class TrainCacheCommand implements Subcommand {
  private final OutputOptions output = new OutputOptions();

  @Override
  public CommandSpec spec() {
    return output.addTo(
        Options.command("train-cache", "Do once what commands do, to record what they need."));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    Help.print(report.console().out());
    return ExitCode.DONE;
  }
}
