package io.raftctl.server.fault;

import io.raftctl.node.time.NodeClock;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/// A clock that jumps ahead and runs too fast or too slow on request. It never goes back, as the
/// system's monotonic clock never does. Any thread may call.
public final class ShiftedClock implements NodeClock {
  private volatile Law law = new Law(0, 0, 1);
  private final LongAdder readWrong = new LongAdder();

  /// From a moment on the clock says `at + (system - since) * rate`.
  private record Law(long since, long at, double rate) {
    long nanos(long system) {
      return rate == 1 ? at + (system - since) : at + (long) ((system - since) * rate);
    }

    long system(long nanos) {
      return rate == 1 ? since + (nanos - at) : since + (long) ((nanos - at) / rate);
    }
  }

  /// What is asked for, and what came of it.
  ///
  /// @param rate seconds of this clock a second
  /// @param aheadMillis how far it is ahead of the machine's
  /// @param readWrong how often it was read while it ran wrong, and how often it jumped
  public record State(double rate, long aheadMillis, long readWrong) {}

  @Override
  public long nanos() {
    Law now = law;
    long system = System.nanoTime();
    if (now.rate != 1) {
      readWrong.increment();
    }
    return now.nanos(system);
  }

  @Override
  public long systemNanos(long nanos) {
    return law.system(nanos);
  }

  public State state() {
    long system = System.nanoTime();
    Law now = law;
    return new State(
        now.rate, Duration.ofNanos(now.nanos(system) - system).toMillis(), readWrong.sum());
  }

  /// Lets it jump ahead.
  public synchronized void jump(Duration by) {
    long system = System.nanoTime();
    law = new Law(system, law.nanos(system) + by.toNanos(), law.rate);
    readWrong.increment();
  }

  /// Lets it run faster or slower from now on.
  ///
  /// @param rate seconds of this clock a second; 1 is right
  public synchronized void rate(double rate) {
    long system = System.nanoTime();
    law = new Law(system, law.nanos(system), rate);
  }
}
