package io.raftctl.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/// Many inputs, each drawn from a seed of its own; a failure names the seed and the command that
/// tries this input once more.
///
/// A build tries a few, always the same ones. `-Dfuzz.inputs=10000000` tries so many in all tests
/// together, each its share; `-Dfuzz.seed=S` begins with another seed.
public final class Inputs {
  private static final long FIRST_SEED = Long.getLong("fuzz.seed", 1);
  private static final Long WANTED = Long.getLong("fuzz.inputs");

  /// So long one input may take; a loop without an end is found by it.
  private static final long MILLIS_MAX = 30_000;

  private final Class<?> test;
  private final double share;
  private final long few;
  private final long bytesMax;

  /// Tries one input.
  @FunctionalInterface
  public interface Attempt {
    void on(RandomGenerator random) throws Exception;
  }

  /// @param share of the inputs that are tried on demand, 1 for all of them
  /// @param few how many a build tries
  /// @param bytesMax so much memory one input may make its thread take, given back or not
  public Inputs(Class<?> test, double share, long few, long bytesMax) {
    this.test = test;
    this.share = share;
    this.few = few;
    this.bytesMax = bytesMax;
  }

  /// Tries all inputs, or up to the first one that fails.
  public void each(Attempt attempt) throws InterruptedException {
    long count = WANTED == null ? few : Math.max(1, (long) (WANTED * share));
    AtomicLong seed = new AtomicLong(FIRST_SEED);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name("fuzz")
            .daemon()
            .start(
                () -> {
                  try {
                    for (long i = 0; i < count; i++) {
                      seed.set(FIRST_SEED + i);
                      within(bytesMax, () -> attempt.on(new SplittableRandom(seed.get())));
                    }
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
    awaitEnd(thread, seed);
    if (failure.get() != null) {
      throw new AssertionError(
          "seed %d fails: %s%nonce more: %s"
              .formatted(seed.get(), failure.get(), replay(seed.get())),
          failure.get());
    }
    if (WANTED != null) {
      System.out.printf("%s: %,d inputs from seed %d on%n", test.getName(), count, FIRST_SEED);
    }
  }

  private void awaitEnd(Thread thread, AtomicLong seed) throws InterruptedException {
    long before = seed.get();
    thread.join(MILLIS_MAX);
    while (thread.isAlive()) {
      long now = seed.get();
      if (now == before) {
        AssertionError stuck = new AssertionError("where it is");
        stuck.setStackTrace(thread.getStackTrace());
        throw new AssertionError(
            "seed %d does not end%nonce more: %s".formatted(now, replay(now)), stuck);
      }
      before = now;
      thread.join(MILLIS_MAX);
    }
  }

  private static void within(long bytesMax, Checked attempt) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    attempt.run();
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    if (taken > bytesMax) {
      throw new AssertionError("took " + taken + " bytes of memory, more than " + bytesMax);
    }
  }

  private interface Checked {
    void run() throws Exception;
  }

  private String replay(long seed) {
    return "mvn -q -Dquick test -Dtest=%s -Dfuzz.seed=%d -Dfuzz.inputs=1"
        .formatted(test.getSimpleName(), seed);
  }
}
