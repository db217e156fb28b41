package io.raftctl.torture.nemesis;

import io.raftctl.cluster.ClusterException;

/// Whatever is broken and outlives this process passes here, until the gate is closed for good.
///
/// At the end of the process, told or not, everything is taken back while the rounds may still go
/// on: who has closed the gate knows that nothing more will be broken behind him. Any thread may
/// call.
public final class Gate {
  private boolean closed; // Guarded by this.

  /// What breaks something.
  @FunctionalInterface
  public interface Breaking {
    void run() throws ClusterException;
  }

  /// @throws ClusterException where the gate is closed, and then nothing is broken
  public synchronized void pass(Breaking breaking) throws ClusterException {
    if (closed) {
      throw ClusterException.unavailable("nothing is broken any more: this process ends", "");
    }
    breaking.run();
  }

  /// Returns when nothing passes any more.
  public synchronized void close() {
    closed = true;
  }
}
