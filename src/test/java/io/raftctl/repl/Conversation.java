package io.raftctl.repl;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftctl.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program on a pseudo-terminal of its own, or on pipes, that is typed to and read from.
final class Conversation implements AutoCloseable {
  private final Process process;
  private final OutputStream keys;
  private final StringBuilder screen = new StringBuilder(); // Guarded by itself.
  private int seen; // What was waited for already.

  private Conversation(Process process) {
    this.process = process;
    this.keys = process.getOutputStream();
    Thread.ofVirtual().start(this::read);
  }

  /// Starts the command on a new terminal of 120 columns, which `script` of util-linux makes.
  static Conversation onTerminal(Raftctl raftctl, String... arguments) throws IOException {
    String command = "stty cols 120 rows 40; exec " + String.join(" ", Raftctl.command(arguments));
    return start(raftctl, List.of("script", "-qec", command, "/dev/null"));
  }

  static Conversation onPipes(Raftctl raftctl, String... arguments) throws IOException {
    return start(raftctl, Raftctl.command(arguments));
  }

  private static Conversation start(Raftctl raftctl, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(raftctl.folder().toFile()).redirectErrorStream(true);
    for (Map.Entry<String, String> variable : raftctl.environment().entrySet()) {
      builder.environment().put(variable.getKey(), variable.getValue());
    }
    return new Conversation(builder.start());
  }

  Process process() {
    return process;
  }

  void type(String text) throws IOException {
    keys.write(text.getBytes(UTF_8));
    keys.flush();
  }

  /// Waits until the text appears behind what was waited for before.
  void expect(String text) {
    try {
      Await.until("the screen shows: " + text, () -> find(text));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n--- the screen:\n" + screen(), e);
    }
  }

  /// All that was written so far, without the codes that move cursors and set colours.
  String screen() {
    synchronized (screen) {
      return screen.toString().replaceAll("\u001b(\\[[0-9;?]*[a-zA-Z]|[=>])", "");
    }
  }

  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("still running\n--- the screen:\n" + screen());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private boolean find(String text) {
    int at = screen().indexOf(text, seen);
    if (at >= 0) {
      seen = at + text.length();
    }
    return at >= 0;
  }

  private void read() {
    byte[] chunk = new byte[4096];
    try (InputStream in = process.getInputStream()) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        synchronized (screen) {
          screen.append(new String(chunk, 0, n, UTF_8));
        }
      }
    } catch (IOException e) {
      // The terminal went away with the program.
    }
  }
}
