package io.raftctl.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Function;

/// Runs lines one after the other until one fails: no prompt, and nothing on the output that the
/// commands did not write themselves.
public final class ScriptRunner {
  private final Function<String, LineRunner.Result> runner;
  private final PrintStream err;

  public ScriptRunner(Function<String, LineRunner.Result> runner, PrintStream err) {
    this.runner = runner;
    this.err = err;
  }

  /// Returns 0 at the end or at `exit`, else the exit code of the line that failed.
  ///
  /// @param name what the lines are called in a message, or empty for standard input
  public int run(BufferedReader lines, String name) throws IOException {
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      LineRunner.Result result = runner.apply(line);
      if (result.exitCode() != 0) {
        String place = name.isEmpty() ? "line " + number : name + ", line " + number;
        err.println(
            "raftctl: "
                + place
                + " ended with exit code "
                + result.exitCode()
                + ": "
                + line.strip());
        return result.exitCode();
      }
      if (result.ends()) {
        return 0;
      }
    }
    return 0;
  }
}
