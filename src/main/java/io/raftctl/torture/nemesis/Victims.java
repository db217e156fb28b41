package io.raftctl.torture.nemesis;

import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Whom something is done to, by id, and for how long, as a random source says.
final class Victims {
  private static final int LASTS_MILLIS_MIN = 200;
  private static final int LASTS_MILLIS_MAX = 2000;

  private final Supplier<List<String>> nodes;
  private final Supplier<Observation> view;
  private final Random random;

  /// @param nodes the ids of those who may be hit
  /// @param view looks at the cluster
  Victims(Supplier<List<String>> nodes, Supplier<Observation> view, Random random) {
    this.nodes = nodes;
    this.view = view;
    this.random = random;
  }

  /// The leader is among them every other time: it has the most to lose.
  List<String> minority() {
    List<String> order = shuffled();
    boolean wantsLeader = random.nextBoolean();
    int count = 1 + random.nextInt(Math.max(1, (order.size() - 1) / 2));
    String leader = view.get().leader().map(NodeReport::id).orElse("");
    if (wantsLeader && order.contains(leader)) {
      Collections.swap(order, 0, order.indexOf(leader));
    }
    return order.subList(0, count);
  }

  List<String> shuffled() {
    List<String> order = new ArrayList<>(nodes.get());
    Collections.shuffle(order, random);
    return order;
  }

  /// Lets a fault do its work.
  void last() throws InterruptedException {
    Thread.sleep(random.nextInt(LASTS_MILLIS_MIN, LASTS_MILLIS_MAX));
  }

  static String names(List<String> nodes) {
    return String.join(" ", nodes);
  }
}
