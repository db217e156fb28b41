package io.raftctl.client.wire;

import java.time.Duration;

/// A point in time by which an answer is owed, on the clock that never jumps.
public record Deadline(long nanos) {
  public static Deadline after(Duration timeout) {
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  /// The earlier one of this and `duration` from now.
  public Deadline atMost(Duration duration) {
    Deadline other = after(duration);
    return other.nanos - nanos < 0 ? other : this;
  }

  /// What is left, never negative.
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
  }

  public boolean isOver() {
    return nanos - System.nanoTime() <= 0;
  }
}
