package io.raftctl.torture.nemesis;

import io.raftctl.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Cuts a minority off, both ways or in one direction.
final class LinkNemesis {
  private final Links links;
  private final Supplier<List<String>> nodes;
  private final Victims victims;
  private final Gate gate;
  private final Random random;

  /// @param nodes the ids of all, those among them who are never hit
  LinkNemesis(
      Links links, Supplier<List<String>> nodes, Victims victims, Gate gate, Random random) {
    this.links = links;
    this.nodes = nodes;
    this.victims = victims;
    this.gate = gate;
    this.random = random;
  }

  Deed partition() throws ClusterException, InterruptedException {
    List<String> those = victims.minority();
    List<String> others = new ArrayList<>(nodes.get());
    others.removeAll(those);
    long before = links.dropped();
    int way = random.nextInt(3);
    String deed =
        switch (way) {
          case 0 -> "muted ";
          case 1 -> "deafened ";
          default -> "cut off ";
        };
    if (way != 1) {
      gate.pass(() -> links.cut(those, others));
    }
    if (way != 0) {
      gate.pass(() -> links.cut(others, those));
    }
    victims.last();
    long dropped = links.dropped() - before;
    links.heal();
    return new Deed(deed + Victims.names(those), dropped);
  }
}
