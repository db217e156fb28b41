package io.raftctl.torture.chart;

import java.time.Duration;

/// From one moment of the run's clock to another, in nanoseconds.
public record Span(long begin, long end) {
  public Duration length() {
    return Duration.ofNanos(end - begin);
  }
}
