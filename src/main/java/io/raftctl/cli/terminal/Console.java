package io.raftctl.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/// What surrounds a command: its streams, its environment, the directory it stands in.
///
/// @param out data; buffered, so whoever waits between two lines must flush
/// @param err everything else
/// @param wording how commands are called there
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> env,
    Path directory,
    Wording wording) {
  /// What surrounds a command of a shell.
  public Console(
      InputStream in, PrintStream out, PrintStream err, Map<String, String> env, Path directory) {
    this(in, out, err, env, directory, Wording.SHELL);
  }

  /// The process's own. Always UTF-8: data must leave as it came, whatever the locale says.
  public static Console ofProcess(StandardOutput out) {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new PrintStream(new BufferedOutputStream(out, 1 << 15), false, UTF_8),
        new StandardError(),
        System.getenv(),
        Path.of(""));
  }

  /// The same with other streams to write to.
  public Console writing(PrintStream data, PrintStream everythingElse) {
    return new Console(in, data, everythingElse, env, directory, wording);
  }

  /// Whether a person watches what is written to `err`, so that a line may be written over.
  public boolean isWatched() {
    return err instanceof StandardError process
        && process.isTerminal()
        && !"dumb".equals(env.get("TERM"));
  }

  /// Whether nobody reads our data any more, as when `head` has seen enough.
  public boolean isClosed() {
    return out.checkError();
  }
}
