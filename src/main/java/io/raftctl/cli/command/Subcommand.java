package io.raftctl.cli.command;

import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/// One command of the command line. An instance is parsed once and run once.
public interface Subcommand {
  /// The model, which holds the options and parameters of this instance. Built once.
  CommandSpec spec();

  /// The options that say how to print; part of [#spec()].
  OutputOptions output();

  /// Runs after the model has taken the arguments. Waits until the command is done.
  ///
  /// @throws IOException where this machine's files or streams failed
  ExitCode run(Report report) throws IOException;
}
