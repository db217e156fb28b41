package io.raftctl.testing;

import java.time.Duration;

/// Waits until something has happened, up to a deadline: the only place of the tests that sleeps.
public final class Await {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final long POLL_MILLIS_MAX = 50;

  private Await() {}

  /// What is waited for. An exception means "not yet", and is the failure's cause if it stays.
  @FunctionalInterface
  public interface Condition {
    /// Whether it has happened.
    boolean holds() throws Exception;
  }

  /// Waits for up to 30 seconds, so that a slow machine does not fail the test.
  ///
  /// @param what ends the sentence "this did not happen: ..."
  public static void until(String what, Condition condition) {
    until(what, DEADLINE, condition);
  }

  /// Waits until the condition holds, and fails if it does not within the given time.
  public static void until(String what, Duration atMost, Condition condition) {
    long start = System.nanoTime();
    long pollMillis = 1;
    Exception last = null;
    do {
      try {
        if (condition.holds()) {
          return;
        }
        last = null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting for: " + what, e);
      } catch (Exception e) {
        last = e;
      }
      sleep(what, pollMillis);
      pollMillis = Math.min(2 * pollMillis, POLL_MILLIS_MAX);
    } while (System.nanoTime() - start < atMost.toNanos());
    throw new AssertionError("within " + atMost + ", this did not happen: " + what, last);
  }

  private static void sleep(String what, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for: " + what, e);
    }
  }
}
