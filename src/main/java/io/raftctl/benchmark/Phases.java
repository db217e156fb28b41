package io.raftctl.benchmark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// How far a run is, shared by the thread that leads it and those that carry the load.
final class Phases {
  private enum Phase {
    /// Every key is written once, so that no read misses.
    FILLING,
    WARMING_UP,
    MEASURING,
    /// No request begins any more.
    ENDING
  }

  private final int keys;
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch unfilled;
  private volatile Phase phase;

  /// @param keys how many are to be written before the warm-up
  Phases(int keys) {
    this.keys = keys;
    this.unfilled = new CountDownLatch(keys);
    this.phase = keys == 0 ? Phase.WARMING_UP : Phase.FILLING;
  }

  /// A key that nobody has written yet, or -1.
  int nextUnwritten() {
    return phase != Phase.FILLING || begun.get() >= keys ? -1 : claim();
  }

  private int claim() {
    int key = begun.getAndIncrement();
    return key < keys ? key : -1;
  }

  /// One that was to be written is: or never will be.
  void filledOne() {
    unfilled.countDown();
  }

  void awaitFilled() throws InterruptedException {
    unfilled.await();
    phase = Phase.WARMING_UP;
  }

  void measure() {
    phase = Phase.MEASURING;
  }

  void end() {
    phase = Phase.ENDING;
  }

  boolean isMeasuring() {
    return phase == Phase.MEASURING;
  }

  boolean isEnding() {
    return phase == Phase.ENDING;
  }
}
