package io.raftctl.benchmark;

import io.raftctl.client.stream.StreamClient;
import io.raftctl.cluster.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a cluster costs that nobody uses: heartbeats, ticks, and the virtual machine's own threads.
public final class IdleCost {
  /// @param cpuPercent of one processor
  public record Node(String id, boolean leads, double cpuPercent) {}

  /// Until a node has compiled what a heartbeat runs through, at 13 heartbeats a second.
  public static final Duration SETTLE = Duration.ofSeconds(60);

  private static final Duration FIRST_WRITE_TIMEOUT = Duration.ofSeconds(30);

  private IdleCost() {}

  /// @param settle how long the nodes are left alone before, until what starts has started
  public static List<Node> measure(ThrowAway throwAway, Duration settle, Duration time)
      throws ClusterException, InterruptedException {
    try (ThrowAwayCluster cluster = throwAway.start()) {
      try (StreamClient client = new StreamClient(cluster.endpoints(), FIRST_WRITE_TIMEOUT)) {
        FirstWrite.awaitAccepted(client, FIRST_WRITE_TIMEOUT);
      }
      String leader = cluster.awaitSettled().id();
      Thread.sleep(settle);
      Map<String, Duration> before = cluster.cpu();
      long start = System.nanoTime();
      Thread.sleep(time);
      Map<String, Duration> after = cluster.cpu();
      double nanos = System.nanoTime() - start;
      List<Node> nodes = new ArrayList<>();
      after.forEach(
          (id, used) -> {
            Duration idle = used.minus(before.getOrDefault(id, Duration.ZERO));
            nodes.add(new Node(id, id.equals(leader), 100 * idle.toNanos() / nanos));
          });
      return nodes;
    }
  }
}
