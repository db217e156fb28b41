package io.raftctl.cli;

import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import java.util.List;

/// Where the program starts on Java 25: hands the command line to the command that it names.
public final class Main {
  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] args) {
    Console console = Console.ofProcess();
    ExitCode code = new Raftctl(console).run(List.of(args));
    console.out().flush();
    System.exit(code.code());
  }
}
