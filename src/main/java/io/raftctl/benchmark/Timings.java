package io.raftctl.benchmark;

import java.time.Duration;
import java.util.List;

/// How long the same thing took each time.
///
/// @param all at least one, in the order in which they were measured
public record Timings(List<Duration> all) {
  public Timings {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("of nothing there is no median");
    }
  }

  /// The middle one, or the mean of the two middle ones.
  public Duration median() {
    List<Duration> sorted = sorted();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : sorted.get(middle - 1).plus(sorted.get(middle)).dividedBy(2);
  }

  public Duration min() {
    return sorted().getFirst();
  }

  public Duration max() {
    return sorted().getLast();
  }

  private List<Duration> sorted() {
    return all.stream().sorted().toList();
  }
}
