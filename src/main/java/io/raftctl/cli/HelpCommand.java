package io.raftctl.cli;

import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// `help`: the overview, or one command's help.
final class HelpCommand implements Subcommand {
  private final OutputOptions output = new OutputOptions();
  private final PositionalParamSpec topic =
      Options.parameter("0", "0..1", "COMMAND", "Whose help to show (default: the overview).");

  @Override
  public CommandSpec spec() {
    return output.addTo(
        Options.command("help", "Show the overview, or the help of one command.")
            .addPositional(topic));
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  @Override
  public ExitCode run(Report report) {
    String name = topic.getValue();
    if (name == null) {
      Help.print(report.console().out());
      return ExitCode.DONE;
    }
    Subcommand command = Subcommands.create(name);
    if (command == null) {
      String near = Suggestion.nearest(name, Subcommands.names());
      return report.misused(
          "unknown command '" + name + "'",
          near == null ? "see 'raftctl help'" : "did you mean '" + near + "'?");
    }
    Help.print(new CommandLine(command.spec()), report.console());
    return ExitCode.DONE;
  }
}
