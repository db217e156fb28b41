package io.raftctl.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The process's standard error, which knows whether it is a terminal.
final class StandardError extends PrintStream {
  /// What the descriptor is open on, where the system says it.
  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/2");

  StandardError() {
    super(new FileOutputStream(FileDescriptor.err), true, UTF_8);
  }

  /// Whether it is a terminal for certain. Java tells of standard input and output only; where the
  /// system does not say it either, it is none.
  boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(DESCRIPTOR).toString();
      return device.startsWith("/dev/pts/")
          || device.startsWith("/dev/tty")
          || device.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }
}
