package io.raftctl.cli.terminal;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.raftctl.client.Outcome;
import io.raftctl.client.Problem;

/// Says what a command has to say, as text or as JSON.
///
/// Data goes to standard output. An error is one line on standard error: what happened, and what to
/// do next; with JSON an object with `code`, `message`, `hint` and, where there is one,
/// `requestId`.
public final class Report {
  private final Console console;
  private final boolean json;

  public Report(Console console, boolean json) {
    this.console = console;
    this.json = json;
  }

  /// Whether data is wanted as JSON.
  public boolean json() {
    return json;
  }

  public Console console() {
    return console;
  }

  /// A line of data.
  public void line(String text) {
    console.out().append(text).append('\n');
  }

  /// An object of data, on a line of its own.
  public void line(JsonObject object) {
    line(JsonWriter.string(object));
  }

  public ExitCode fail(Problem problem) {
    say(problem.code().text(), problem.message(), problem.hint(), "");
    return ExitCode.of(problem.code());
  }

  /// As [#fail(Problem)], about a request.
  public ExitCode fail(Problem problem, String requestId) {
    say(problem.code().text(), problem.message(), problem.hint(), requestId);
    return ExitCode.of(problem.code());
  }

  /// A command line that makes no sense.
  public ExitCode misused(String message, String hint) {
    say("usage", message, hint, "");
    return ExitCode.USAGE;
  }

  /// This machine is the trouble: a file, a port, a stream.
  public ExitCode failed(String message, String hint) {
    say("failed", message, hint, "");
    return ExitCode.FAILED;
  }

  /// The answer is no, and it is no data.
  public ExitCode negative(String code, String message, String hint) {
    say(code, message, hint, "");
    return ExitCode.NEGATIVE;
  }

  public ExitCode unknown(Outcome.Indeterminate outcome) {
    String id = outcome.requestId().toString();
    say(
        "indeterminate",
        "the outcome is unknown: " + outcome.reason(),
        "it may be applied, now or later; to settle it: raftctl outcome %s --since %d --cancel"
            .formatted(id, outcome.since()),
        id);
    return ExitCode.INDETERMINATE;
  }

  private void say(String code, String written, String advice, String requestId) {
    String message = console.wording().of(written);
    String hint = console.wording().of(advice);
    console.out().flush(); // So that on a terminal the error comes after the data before it.
    if (!json) {
      String text = hint.isEmpty() ? message : message + "; " + hint;
      console.err().append("raftctl: ").append(oneLine(text)).append('\n').flush();
      return;
    }
    JsonObject error = new JsonObject();
    error.put("code", code);
    error.put("message", message);
    error.put("hint", hint);
    if (!requestId.isEmpty()) {
      error.put("requestId", requestId);
    }
    console.err().append(JsonWriter.string(error)).append('\n').flush();
  }

  /// Whatever a stranger wrote into it stays one line, and moves no cursor.
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text);
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return line.toString();
  }
}
