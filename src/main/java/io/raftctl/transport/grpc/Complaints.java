package io.raftctl.transport.grpc;

import java.util.function.Consumer;

/// Log lines that others can provoke, so at most one of them in ten seconds.
///
/// Any thread may complain.
public final class Complaints {
  private static final long INTERVAL_NANOS = 10_000_000_000L;

  private final Consumer<String> log;
  private long lastNanos = System.nanoTime() - INTERVAL_NANOS;
  private long untold;

  public Complaints(Consumer<String> log) {
    this.log = log;
  }

  /// Logs the line, or counts it for the next one that is logged.
  public synchronized void complain(String line) {
    long now = System.nanoTime();
    if (now - lastNanos < INTERVAL_NANOS) {
      untold++;
      return;
    }
    log.accept(untold == 0 ? line : line + " (and " + untold + " complaints before)");
    lastNanos = now;
    untold = 0;
  }
}
