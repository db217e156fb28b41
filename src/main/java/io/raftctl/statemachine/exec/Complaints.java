package io.raftctl.statemachine.exec;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Passes on what a program writes to its standard error, so much of it as a log can bear.
final class Complaints {
  private static final int LINE_BYTES_MAX = 1_000;
  private static final int LINES_A_SECOND_MAX = 20;
  private static final long SECOND = 1_000_000_000;

  private final InputStream stream;
  private final Consumer<String> log;
  private long secondBegan = System.nanoTime();
  private int lines;

  Complaints(InputStream stream, Consumer<String> log) {
    this.stream = stream;
    this.log = log;
  }

  /// Reads until the end.
  void run() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(stream)) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          pass(line.toString(StandardCharsets.UTF_8));
          line.reset();
        } else if (line.size() < LINE_BYTES_MAX) {
          line.write(next);
        }
      }
    } catch (IOException e) {
      // Closed by us.
    }
    if (line.size() > 0) {
      pass(line.toString(StandardCharsets.UTF_8));
    }
  }

  private void pass(String line) {
    long now = System.nanoTime();
    if (now - secondBegan > SECOND) {
      secondBegan = now;
      lines = 0;
    }
    lines++;
    if (lines <= LINES_A_SECOND_MAX) {
      log.accept("program: " + printable(line));
    } else if (lines == LINES_A_SECOND_MAX + 1) {
      log.accept("program: (too many lines; the rest of this second is not kept)");
    }
  }

  /// A terminal that shows the log must not be steered by a program.
  private static String printable(String line) {
    return line.replaceAll("\\p{Cntrl}", " ");
  }
}
