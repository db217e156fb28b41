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

/// A key whose value is written over and over again, each time with a higher number and so many
/// bytes that the log goes through segments and snapshots in little time.
final class BulkyKey {
  private static final String KEY = "bulky";
  private static final String BULK = "x".repeat(60_000);

  /// Guarded by this, like all that follows.
  private final List<Outcome.Indeterminate> doubts = new ArrayList<>();

  private long submitted;
  private long acknowledged;
  private boolean underWay;
  private boolean stopped;

  /// Lets the next client begin, with one write at a time; it goes on until [#stop()].
  StreamClient start(Endpoints endpoints, Duration timeout) {
    synchronized (this) {
      stopped = false;
    }
    StreamClient client = new StreamClient(endpoints, timeout);
    next(client);
    return client;
  }

  /// Sends no more; what is under way gets its outcome.
  synchronized void halt() {
    stopped = true;
  }

  /// Sends no more, and returns when the last write has its outcome.
  synchronized void stop() throws InterruptedException {
    halt();
    while (underWay) {
      wait();
    }
  }

  /// Judges the client that has stopped, when nothing is under way any more and all nodes agree.
  ///
  /// @param client settles what that one was left in doubt of
  synchronized void judge(List<NodeProcess> nodes, ClusterClient client) {
    doubts.forEach(doubt -> Settled.of(doubt, client));
    doubts.clear();
    String first = Settled.held(nodes.getFirst(), KEY);
    for (NodeProcess node : nodes) {
      String held = Settled.held(node, KEY);
      assertThat(Long.parseLong(held.replace(BULK, "")))
          .as("node %s holds of %s the last write that was acknowledged", node.id(), KEY)
          .isBetween(acknowledged, submitted);
      assertThat(held).isEqualTo(first);
    }
  }

  private void next(StreamClient client) {
    long number;
    synchronized (this) {
      if (stopped) {
        return;
      }
      underWay = true;
      number = ++submitted;
    }
    byte[] command = ("put " + KEY + " " + number + BULK).getBytes(StandardCharsets.UTF_8);
    client.submit(command, outcome -> answered(client, number, outcome));
  }

  private void answered(StreamClient client, long number, Outcome outcome) {
    synchronized (this) {
      switch (outcome) {
        case Outcome.Done _ -> acknowledged = number;
        case Outcome.NotApplied _ -> {}
        case Outcome.Indeterminate doubt -> doubts.add(doubt);
      }
      underWay = false;
      notifyAll();
    }
    next(client);
  }
}
