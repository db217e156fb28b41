package io.raftctl.cluster;

import java.io.IOException;
import java.io.OutputStream;

/// Ends a paused process if we are killed: a frozen one cannot see the end of its standard input.
///
/// A small shell waits at the end of a pipe from us. A line says that all is well; the pipe's end
/// without a line says that we are gone.
final class PauseGuard {
  private static final String SCRIPT = "trap '' INT TSTP; read -r line || kill -KILL \"$1\"";

  private final Process shell;

  private PauseGuard(Process shell) {
    this.shell = shell;
  }

  static PauseGuard of(ProcessIdentity process) throws ClusterException {
    try {
      return new PauseGuard(
          new ProcessBuilder("/bin/sh", "-c", SCRIPT, "sh", Long.toString(process.pid()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start());
    } catch (IOException e) {
      throw ClusterException.local("cannot guard a paused process: " + e.getMessage(), "");
    }
  }

  /// The process runs again, or ended.
  void release() {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.write('\n');
    } catch (IOException e) {
      // The guard is gone already, which is all that this asks for.
    }
  }
}
