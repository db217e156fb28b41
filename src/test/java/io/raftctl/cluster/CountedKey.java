package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A key that one client after the other counts up, with many increments under way, and that nobody
/// else touches.
///
/// So each reply is a number that no other increment may have had: one that is lost leaves the key
/// behind the number that its client was told, and one that is applied twice takes a second number.
final class CountedKey {
  private static final int UNDER_WAY = 8;

  private final String key;

  /// What every increment counted to that was applied, of all clients so far.
  private final SortedSet<Long> numbers = new TreeSet<>();

  /// Of the client at work, in the order in which it submitted; null while there is none. Guarded
  /// by this.
  private final List<@Nullable Outcome> outcomes = new ArrayList<>();

  private int underWay; // Guarded by this.
  private long acknowledged; // Guarded by this.
  private boolean stopped; // Guarded by this.

  CountedKey(String key) {
    this.key = key;
  }

  /// How many increments are done that a client was told of, of all clients so far.
  synchronized long acknowledged() {
    return acknowledged;
  }

  /// Lets the next client begin; it goes on until [#stop()].
  StreamClient start(Endpoints endpoints, Duration timeout) {
    synchronized (this) {
      assertThat(underWay).isZero();
      outcomes.clear();
      stopped = false;
    }
    StreamClient client = new StreamClient(endpoints, timeout);
    for (int i = 0; i < UNDER_WAY; i++) {
      next(client);
    }
    return client;
  }

  /// Sends no more; what is under way gets its outcome.
  synchronized void halt() {
    stopped = true;
  }

  /// Sends no more, and returns when each increment has its outcome.
  synchronized void stop() throws InterruptedException {
    halt();
    while (underWay > 0) {
      wait();
    }
  }

  /// Judges the client that has stopped, when nothing is under way any more and all nodes agree.
  ///
  /// @param client settles what that one was left in doubt of
  synchronized void judge(List<NodeProcess> nodes, ClusterClient client) {
    long last = 0;
    for (Outcome outcome : outcomes) {
      switch (Objects.requireNonNull(outcome)) {
        case Outcome.Done done -> {
          assertThat(applied(done)).as("%s is counted in order", key).isGreaterThan(last);
          last = Long.parseLong(done.reply());
        }
        case Outcome.NotApplied _ -> {}
        case Outcome.Indeterminate doubt -> Settled.of(doubt, client).ifPresent(this::applied);
      }
    }
    outcomes.clear();
    for (NodeProcess node : nodes) {
      assertThat(Settled.held(node, key))
          .as(
              "node %s holds of %s what was counted: less is lost, more was doubled",
              node.id(), key)
          .isEqualTo(String.valueOf(numbers.size()));
    }
    assertThat(numbers.isEmpty() ? 0 : numbers.last()).isEqualTo(numbers.size());
  }

  private long applied(Outcome.Done done) {
    assertThat(done.ok()).as("%s", done).isTrue();
    long number = Long.parseLong(done.reply());
    assertThat(numbers.add(number)).as("%s is counted to %d once", key, number).isTrue();
    return number;
  }

  private void next(StreamClient client) {
    int place;
    synchronized (this) {
      if (stopped) {
        return;
      }
      underWay++;
      place = outcomes.size();
      outcomes.add(null);
    }
    byte[] command = ("incr " + key).getBytes(StandardCharsets.UTF_8);
    client.submit(command, outcome -> answered(client, place, outcome));
  }

  private void answered(StreamClient client, int place, Outcome outcome) {
    synchronized (this) {
      outcomes.set(place, outcome);
      underWay--;
      acknowledged += outcome instanceof Outcome.Done ? 1 : 0;
      notifyAll();
    }
    next(client);
  }
}
