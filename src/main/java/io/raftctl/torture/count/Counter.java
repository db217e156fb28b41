package io.raftctl.torture.count;

import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.torture.chart.RunClock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client with a session and a key of its own, whose every command counts the key up by one, many
/// of them under way at once.
///
/// So each reply is a number that no other command may have had: a command that is lost leaves a
/// gap, one that is applied twice takes a second number, and one that overtakes another has too
/// small a number.
public final class Counter implements AutoCloseable {
  /// So many commands may be under way; while the cluster stands still no more are sent.
  private static final int UNDER_WAY_MAX = 64;

  private final String key;
  private final StreamClient client;
  private final RunClock clock;
  private final OnAcknowledged onAcknowledged;

  /// One for each command in the order in which they were submitted; null while it is under way.
  /// Guarded by this.
  private final List<@Nullable Outcome> outcomes = new ArrayList<>();

  private int underWay; // Guarded by this.

  /// Hears of each command that is done. Must not wait.
  interface OnAcknowledged {
    /// @param call when the command was submitted, by the run's clock
    void acknowledged(long call, Outcome.Done done);
  }

  Counter(String key, StreamClient client, RunClock clock, OnAcknowledged onAcknowledged) {
    this.key = key;
    this.client = client;
    this.clock = clock;
    this.onAcknowledged = onAcknowledged;
  }

  String key() {
    return key;
  }

  /// Sends the next command, unless too many are under way.
  void count() {
    int place;
    synchronized (this) {
      if (underWay == UNDER_WAY_MAX) {
        return;
      }
      underWay++;
      place = outcomes.size();
      outcomes.add(null);
    }
    byte[] command = ("incr " + key).getBytes(StandardCharsets.UTF_8);
    long call = clock.now();
    client.submit(command, outcome -> answered(place, call, outcome));
  }

  private void answered(int place, long call, Outcome outcome) {
    synchronized (this) {
      outcomes.set(place, outcome);
      underWay--;
      notifyAll();
    }
    if (outcome instanceof Outcome.Done done) {
      onAcknowledged.acknowledged(call, done);
    }
  }

  /// Waits until no command is under way, which each one's timeout bounds, and returns what became
  /// of them, in the order in which they were submitted.
  synchronized List<Outcome> finish() throws InterruptedException {
    while (underWay > 0) {
      wait();
    }
    return outcomes.stream().map(Objects::requireNonNull).toList();
  }

  @Override
  public void close() {
    client.close();
  }
}
