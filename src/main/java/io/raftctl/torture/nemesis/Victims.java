package io.raftctl.torture.nemesis;

import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.observed.NodeReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// Whom something is done to, and for how long, as a random source says.
final class Victims {
  private static final int LASTS_MILLIS_MIN = 200;
  private static final int LASTS_MILLIS_MAX = 2000;

  private final LocalCluster cluster;
  private final Random random;

  Victims(LocalCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
  }

  /// The leader is among them every other time: it has the most to lose.
  List<NodeProcess> minority() {
    List<NodeProcess> order = shuffled();
    boolean wantsLeader = random.nextBoolean();
    int count = 1 + random.nextInt(Math.max(1, (order.size() - 1) / 2));
    String leader = cluster.observe().leader().map(NodeReport::id).orElse("");
    for (int i = 0; i < order.size(); i++) {
      if (wantsLeader && order.get(i).id().equals(leader)) {
        Collections.swap(order, 0, i);
      }
    }
    return order.subList(0, count);
  }

  List<NodeProcess> shuffled() {
    List<NodeProcess> order = new ArrayList<>(cluster.nodes());
    Collections.shuffle(order, random);
    return order;
  }

  /// Lets a fault do its work.
  void last() throws InterruptedException {
    Thread.sleep(random.nextInt(LASTS_MILLIS_MIN, LASTS_MILLIS_MAX));
  }

  static List<String> ids(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::id).toList();
  }

  static String names(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::id).collect(Collectors.joining(" "));
  }
}
