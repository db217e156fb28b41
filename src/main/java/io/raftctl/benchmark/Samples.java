package io.raftctl.benchmark;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// What became of the requests of one kind, and how long those took that were done.
///
/// One thread writes; afterwards any may read.
public final class Samples {
  /// Three digits, which is more than a machine repeats, up to an hour.
  private static final int DIGITS = 3;

  private static final long MICROS_MAX = TimeUnit.HOURS.toMicros(1);

  private final Histogram micros = new Histogram(MICROS_MAX, DIGITS);
  private long doneInTime;
  private long failed;
  private long unknown;

  /// @param inTime whether it was answered before the end of the measured time
  void addDone(long nanos, boolean inTime) {
    micros.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(nanos), MICROS_MAX));
    doneInTime += inTime ? 1 : 0;
  }

  void addFailed() {
    failed++;
  }

  void addUnknown() {
    unknown++;
  }

  void add(Samples other) {
    micros.add(other.micros);
    doneInTime += other.doneInTime;
    failed += other.failed;
    unknown += other.unknown;
  }

  /// Requests that were done within the measured time; what throughput is made of.
  public long done() {
    return doneInTime;
  }

  /// Requests that were certainly not applied, or that the state machine answered with no.
  public long failed() {
    return failed;
  }

  /// Requests of which nobody knows whether they were applied.
  public long unknown() {
    return unknown;
  }

  /// The latency, in milliseconds, that so many percent of the requests did not exceed. Requests
  /// that were under way at the end of the measured time are among them.
  public double millis(double percentile) {
    return micros.getValueAtPercentile(percentile) / 1e3;
  }

  public double millisMax() {
    return micros.getMaxValue() / 1e3;
  }

  /// How many latencies are known.
  public long latencies() {
    return micros.getTotalCount();
  }

  public double perSecond(Duration measured) {
    return doneInTime / (measured.toNanos() / 1e9);
  }
}
