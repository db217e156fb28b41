package io.raftctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.cli.terminal.StandardOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where the program starts on Java 25: hands the command line to the command that it names.
public final class Main {
  /// What Java puts in the place of bytes that are no text.
  private static final char REPLACEMENT = '\uFFFD';

  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] args) {
    StandardOutput out = new StandardOutput();
    Console console = Console.ofProcess(out);
    ExitCode code = run(console, List.of(args));
    console.out().flush();
    String failure = out.failure();
    boolean told = code != ExitCode.DONE && code != ExitCode.NEGATIVE;
    if (failure != null && !told) {
      Report report = OutputOptions.report(console, List.of(args));
      code = report.failed("cannot write to standard output: " + failure, "");
    }
    System.exit(code.code());
  }

  private static ExitCode run(Console console, List<String> arguments) {
    boolean replaced = arguments.stream().anyMatch(word -> word.indexOf(REPLACEMENT) >= 0);
    return replaced && !areText()
        ? OutputOptions.report(console, arguments)
            .misused("an argument is no UTF-8 text", "bytes of any kind go through 'submit -'")
        : new Raftctl(console).run(arguments);
  }

  /// Whether our arguments are what they were before Java made texts of them, as far as the system
  /// tells.
  private static boolean areText() {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
