package io.raftctl.torture;

import io.raftctl.client.Endpoints;
import io.raftctl.client.stream.StreamClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Sessions that send commands at a steady rate, whatever the cluster does meanwhile.
final class Load implements AutoCloseable {
  private static final int SESSIONS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Some do not wait for a new leader: they are told that a command was not applied, or are left
  /// in doubt, and both must be true.
  private static final Duration IMPATIENCE = Duration.ofMillis(500);

  private static final long POLL_MILLIS = 5;

  private final List<Counter> counters = new ArrayList<>();
  private final long nanosBetween;
  private final Thread pacer = new Thread(this::pace, "load");
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong acknowledgedNanos = new AtomicLong(System.nanoTime());
  private final AtomicLong longestGapNanos = new AtomicLong();
  private volatile boolean stopped;

  /// @param prefix of the sessions' keys, which nobody else may count
  Load(Endpoints endpoints, String prefix, int rate) {
    nanosBetween = 1_000_000_000L / rate;
    for (int i = 1; i <= SESSIONS; i++) {
      StreamClient client = new StreamClient(endpoints, i % 2 == 0 ? PATIENCE : IMPATIENCE);
      counters.add(new Counter(prefix + i, client, this::onAcknowledged));
    }
    pacer.setDaemon(true);
    pacer.start();
  }

  /// Waits until so many more commands are acknowledged; false where that takes too long.
  boolean awaitAcknowledged(long more, Duration atMost) throws InterruptedException {
    long wanted = acknowledged.get() + more;
    long deadline = System.nanoTime() + atMost.toNanos();
    while (acknowledged.get() < wanted) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /// The longest time so far in which no command was acknowledged.
  Duration longestGap() {
    return Duration.ofNanos(longestGapNanos.get());
  }

  /// Sends no more, and returns when every command has its outcome.
  List<Counter> finish() throws InterruptedException {
    stopped = true;
    pacer.join();
    for (Counter counter : counters) {
      counter.finish();
    }
    return counters;
  }

  @Override
  public void close() {
    stopped = true;
    counters.forEach(Counter::close);
  }

  /// A command that is late is not made up for: a burst after a pause would be another load.
  private void pace() {
    for (int turn = 0; !stopped; turn = (turn + 1) % counters.size()) {
      counters.get(turn).count();
      LockSupport.parkNanos(nanosBetween);
    }
  }

  private void onAcknowledged() {
    acknowledged.incrementAndGet();
    long now = System.nanoTime();
    long gap = now - acknowledgedNanos.getAndSet(now);
    longestGapNanos.accumulateAndGet(gap, Math::max);
  }
}
