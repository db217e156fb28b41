package io.raftctl.client.stream;

import java.time.Duration;

/// How long a node may be silent before another one is asked.
///
/// After each node that was left for its silence the next one gets twice as long, so that a slow
/// cluster is not flooded with what it has already. Times are those of `System.nanoTime`.
final class Patience {
  private static final Duration MAX = Duration.ofSeconds(3);
  private static final int DOUBLED_MAX = 4;

  private final long nanos;
  private long heardNanos;
  private int silences;

  /// @param timeout of a request: no node takes more than half of it, at first
  Patience(Duration timeout) {
    nanos = Math.min(timeout.toNanos() / 2, MAX.toNanos());
  }

  /// A node said something, or was asked and has to say something now.
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /// A node did what it was asked.
  void rewarded() {
    silences = 0;
  }

  /// Whether the node has been silent for too long; it is left then.
  boolean isOver(long nowNanos) {
    boolean over = nowNanos - heardNanos >= nanos << Math.min(silences, DOUBLED_MAX);
    silences += over ? 1 : 0;
    return over;
  }
}
