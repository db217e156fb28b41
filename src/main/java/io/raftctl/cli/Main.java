package io.raftctl.cli;

import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.StandardOutput;
import java.util.List;

/// Where the program starts on Java 25: hands the command line to the command that it names.
public final class Main {
  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] args) {
    StandardOutput out = new StandardOutput();
    Console console = Console.ofProcess(out);
    ExitCode code = new Raftctl(console).run(List.of(args));
    console.out().flush();
    String failure = out.failure();
    boolean told = code != ExitCode.DONE && code != ExitCode.NEGATIVE;
    if (failure != null && !told) {
      Report report = OutputOptions.report(console, List.of(args));
      code = report.failed("cannot write to standard output: " + failure, "");
    }
    System.exit(code.code());
  }
}
