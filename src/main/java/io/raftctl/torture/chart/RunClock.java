package io.raftctl.torture.chart;

/// The one monotonic clock of a run, which begins with it. Any thread may read it.
public final class RunClock {
  private final long startNanos = System.nanoTime();

  /// Nanoseconds since the run began.
  public long now() {
    return System.nanoTime() - startNanos;
  }
}
