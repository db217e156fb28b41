package io.raftctl.cluster;

import java.io.IOException;
import java.util.Optional;

/// What a process can be told without its cooperation.
public enum Signal {
  TERM,
  KILL,
  STOP,
  CONT;

  /// Sends it, unless the process ended; true if it was there.
  public boolean sendTo(ProcessIdentity process) throws ClusterException {
    Optional<ProcessHandle> running = process.running();
    if (running.isEmpty()) {
      return false;
    }
    return switch (this) {
      case TERM -> running.get().destroy();
      case KILL -> running.get().destroyForcibly();
      case STOP, CONT -> sendByShell(process.pid());
    };
  }

  /// Java knows only how to end processes; the shell's own `kill` knows the rest and is everywhere.
  private boolean sendByShell(long pid) throws ClusterException {
    try {
      Process shell =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + name() + " " + pid)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return shell.waitFor() == 0;
    } catch (IOException e) {
      throw ClusterException.local("cannot signal process " + pid + ": " + e.getMessage(), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
