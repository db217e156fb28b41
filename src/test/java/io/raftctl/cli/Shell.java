package io.raftctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs command lines in this process, and keeps what they said.
record Shell(InputStream in, Map<String, String> env, Path directory) {
  /// What a command line came to.
  record Run(ExitCode code, String out, String err) {
    /// The data, which must be one object.
    JsonObject json() {
      return parse(out);
    }

    /// The error, which must be one object.
    JsonObject error() {
      return parse(err);
    }

    private static JsonObject parse(String text) {
      try {
        return JsonParser.object().from(text);
      } catch (JsonParserException e) {
        throw new AssertionError("not JSON: " + text, e);
      }
    }
  }

  Shell(Map<String, String> env) {
    this(InputStream.nullInputStream(), env, Path.of("/"));
  }

  Shell reading(String input) {
    return new Shell(new ByteArrayInputStream(input.getBytes(UTF_8)), env, directory);
  }

  Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            in,
            new PrintStream(out, false, UTF_8),
            new PrintStream(err, true, UTF_8),
            env,
            directory);
    ExitCode code = new Raftctl(console).run(List.of(arguments));
    console.out().flush();
    return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
