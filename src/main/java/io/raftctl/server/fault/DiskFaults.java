package io.raftctl.server.fault;

import io.raftctl.storage.NoRoomException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// What a disk suffers on request, and how often it did. Any thread may call.
public final class DiskFaults {
  /// How many syncs are left until one fails; 0 for never.
  private final AtomicLong failing = new AtomicLong();

  private volatile long slowNanos;
  private volatile boolean full;
  private final LongAdder failed = new LongAdder();
  private final LongAdder slowed = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /// What is asked for, and what came of it since the node started.
  ///
  /// @param failSyncAt how many syncs are left until one fails; 0 for never
  /// @param slowSyncMillis how much longer each sync takes
  /// @param full whether nothing may grow
  /// @param syncsFailed, syncsSlowed, writesRefused how often each took hold
  public record State(
      long failSyncAt,
      long slowSyncMillis,
      boolean full,
      long syncsFailed,
      long syncsSlowed,
      long writesRefused) {}

  public State state() {
    return new State(
        failing.get(),
        Duration.ofNanos(slowNanos).toMillis(),
        full,
        failed.sum(),
        slowed.sum(),
        refused.sum());
  }

  /// @param at 1 is the next sync; 0 is none
  public void failSync(long at) {
    failing.set(at);
  }

  public void slowSync(Duration by) {
    slowNanos = by.toNanos();
  }

  public void full(boolean whether) {
    full = whether;
  }

  public void heal() {
    failing.set(0);
    slowNanos = 0;
    full = false;
  }

  /// Before each sync.
  void sync(Object what) throws IOException {
    long nanos = slowNanos;
    if (nanos > 0) {
      slowed.increment();
      long until = System.nanoTime() + nanos;
      for (long left = nanos; left > 0 && slowNanos > 0; left = until - System.nanoTime()) {
        LockSupport.parkNanos(Math.min(left, 10_000_000));
      }
    }
    if (failing.get() > 0 && failing.decrementAndGet() == 0) {
      failed.increment();
      throw new IOException(what + ": Input/output error, as an operator asked for");
    }
  }

  /// Before anything that needs room.
  void grow(Object what) throws NoRoomException {
    if (full) {
      refused.increment();
      throw new NoRoomException(what + ": No space left on device, as an operator asked for");
    }
  }

  boolean isFull() {
    return full;
  }
}
