package io.raftctl.torture.count;

import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.torture.chart.RunClock;
import io.raftctl.torture.chart.Span;
import io.raftctl.torture.chart.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Sessions that send commands at a steady rate, whatever the cluster does meanwhile.
public final class Load implements AutoCloseable {
  private static final int SESSIONS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Some do not wait for a new leader: they are told that a command was not applied, or are left
  /// in doubt, and both must be true.
  private static final Duration IMPATIENCE = Duration.ofMillis(500);

  private static final long POLL_MILLIS = 5;

  private final List<Counter> counters = new ArrayList<>();
  private final RunClock clock;
  private final Timeline timeline;
  private final long nanosBetween;
  private final Thread pacer = new Thread(this::pace, "load");
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong acknowledgedNanos;
  private final AtomicReference<Span> longestGap;
  private volatile boolean stopped;

  /// @param prefix of the sessions' keys, which nobody else may count
  public Load(Endpoints endpoints, String prefix, int rate, RunClock clock, Timeline timeline) {
    this.clock = clock;
    this.timeline = timeline;
    long now = clock.now();
    this.acknowledgedNanos = new AtomicLong(now);
    this.longestGap = new AtomicReference<>(new Span(now, now));
    this.nanosBetween = 1_000_000_000L / Math.max(1, rate);
    for (int i = 1; i <= SESSIONS; i++) {
      StreamClient client = new StreamClient(endpoints, i % 2 == 0 ? PATIENCE : IMPATIENCE);
      counters.add(new Counter(prefix + i, client, clock, this::onAcknowledged));
    }
    pacer.setDaemon(true);
    pacer.start();
  }

  /// Waits until so many more commands are acknowledged; false where that takes too long.
  public boolean awaitAcknowledged(long more, Duration atMost) throws InterruptedException {
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
  public Span longestGap() {
    return Objects.requireNonNull(longestGap.get());
  }

  /// Sends no more, and returns when every command has its outcome.
  public List<Counter> finish() throws InterruptedException {
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

  private void onAcknowledged(long call, Outcome.Done done) {
    acknowledged.incrementAndGet();
    long now = clock.now();
    timeline.acknowledged(call, now, done.term());
    Span gap = new Span(acknowledgedNanos.getAndSet(now), now);
    longestGap.accumulateAndGet(
        gap, (one, other) -> one.length().compareTo(other.length()) >= 0 ? one : other);
  }
}
