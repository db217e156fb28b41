package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs lines one after the other until one fails: no prompt, and nothing on the output that the
/// commands did not write themselves.
///
/// In a file, lines that begin with `expect` say what the line before them writes and how it ends
/// ([Expectation]); so a line may fail there if that is expected. From standard input a line that
/// fails ends the script at once, as nobody knows when the next one comes.
public final class ScriptRunner {
  private static final Pattern REPEATED = Pattern.compile("\\s*repeat\\s+([0-9]{1,6})\\s+(.+)");

  private static final int USAGE = 2;

  private final Function<String, LineRunner.Result> runner;
  private final PrintStream err;
  private final Transcript transcript;
  private String name = "";

  /// The line that ran last, and what became of it.
  private @Nullable Ran last;

  private static final class Ran {
    final int number;
    final String line;
    final int exitCode;
    final String written;
    boolean exitExpected;

    Ran(int number, String line, int exitCode, String written) {
      this.number = number;
      this.line = line.strip();
      this.exitCode = exitCode;
      this.written = written;
    }

    boolean failed() {
      return exitCode != 0 && !exitExpected;
    }
  }

  /// @param transcript of all that the runner writes
  public ScriptRunner(
      Function<String, LineRunner.Result> runner, PrintStream err, Transcript transcript) {
    this.runner = runner;
    this.err = err;
    this.transcript = transcript;
  }

  /// Returns 0 at the end or at `exit`, 1 where something is not as expected, else the exit code of
  /// the line that failed.
  ///
  /// @param file what the lines are called in a message, or empty for standard input
  public int run(BufferedReader lines, String file) throws IOException {
    name = file;
    try {
      return runAll(lines);
    } catch (CharacterCodingException e) {
      String place = last == null ? "" : " after line " + last.number;
      err.println("raftctl: standard input is no text in UTF-8" + place);
      return USAGE;
    }
  }

  private int runAll(BufferedReader lines) throws IOException {
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      List<String> words = words(line);
      if (words.isEmpty()) {
        continue;
      }
      if (words.getFirst().equals(Expectation.WORD)) {
        if (!holds(words, number, line)) {
          return 1;
        }
        continue;
      }
      if (last != null && last.failed()) {
        break;
      }
      LineRunner.Result result = runAsOften(line);
      last = new Ran(number, line, result.exitCode(), transcript.take());
      if (result.ends() || (name.isEmpty() && last.failed())) {
        break;
      }
    }
    return verdict();
  }

  /// `repeat 30 put k{} v` runs `put k1 v` to `put k30 v`, until one of them fails.
  private LineRunner.Result runAsOften(String line) {
    Matcher repeated = REPEATED.matcher(line);
    if (!repeated.matches()) {
      return runner.apply(line);
    }
    LineRunner.Result result = new LineRunner.Result(0, false);
    int times = Integer.parseInt(repeated.group(1));
    for (int i = 1; i <= times && result.exitCode() == 0 && !result.ends(); i++) {
      result = runner.apply(repeated.group(2).replace("{}", Integer.toString(i)));
    }
    return result;
  }

  /// A line that cannot be read is left to the runner, which says so.
  private static List<String> words(String line) {
    try {
      return Words.of(line);
    } catch (ClusterException e) {
      return List.of(line);
    }
  }

  private boolean holds(List<String> words, int number, String line) {
    String complaint;
    if (last == null) {
      complaint = "no line before it that ran";
    } else {
      try {
        Expectation expected = Expectation.of(words);
        complaint = expected.complaint(last.exitCode, last.written);
        last.exitExpected |= expected instanceof Expectation.Exit;
        if (!complaint.isEmpty()) {
          complaint += " of '" + last.line + "'";
        }
      } catch (ClusterException e) {
        complaint = e.reason() + " " + e.hint();
      }
    }
    if (!complaint.isEmpty()) {
      err.println("raftctl: " + place(number) + ": " + line.strip() + ": " + complaint);
    }
    return complaint.isEmpty();
  }

  private int verdict() {
    if (last == null || !last.failed()) {
      return 0;
    }
    err.println(
        "raftctl: "
            + place(last.number)
            + " ended with exit code "
            + last.exitCode
            + ": "
            + last.line);
    return last.exitCode;
  }

  private String place(int number) {
    return name.isEmpty() ? "line " + number : name + ", line " + number;
  }
}
