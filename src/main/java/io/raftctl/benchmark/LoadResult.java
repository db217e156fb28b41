package io.raftctl.benchmark;

import java.time.Duration;

/// How a cluster bore a load.
///
/// @param measured how long the measured time was in the end
/// @param longestGap the longest time in it in which a connection brought no answer
/// @param clientCpu processor time of this process within it
/// @param nodesCpu processor time of all nodes within it; zero where nobody knows
public record LoadResult(
    Load load,
    Duration measured,
    Samples writes,
    Samples reads,
    Duration longestGap,
    Duration clientCpu,
    Duration nodesCpu) {
  /// Requests that were done within the measured time.
  public long done() {
    return writes.done() + reads.done();
  }

  public long failed() {
    return writes.failed() + reads.failed();
  }

  public long unknown() {
    return writes.unknown() + reads.unknown();
  }

  public double perSecond() {
    return writes.perSecond(measured) + reads.perSecond(measured);
  }

  /// What of a processor's time falls to one request, in microseconds; 0 where nothing is known.
  public double microsPerRequest(Duration cpu) {
    return done() == 0 ? 0 : cpu.toNanos() / 1e3 / done();
  }
}
