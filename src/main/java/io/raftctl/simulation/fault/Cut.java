package io.raftctl.simulation.fault;

import io.raftctl.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A partition: who does not hear whom.
public record Cut(List<Barrier> barriers) {
  /// How the links that are cut lie.
  public enum Shape {
    /// Two groups do not hear each other.
    FULL,
    /// One group does not hear the other, which hears it.
    ONE_WAY,
    /// Two groups do not hear each other, and both hear the one node that is in neither.
    BRIDGE,
    /// The nodes stand in a ring, and each hears no more neighbours on both sides than it takes to
    /// see a majority: each another one. Where that would be all, each hears only the one before.
    RING
  }

  public Cut {
    barriers = List.copyOf(barriers);
  }

  /// A partition of that shape, or of a full one where there are too few nodes for it; nothing
  /// where there is one node only.
  public static Cut draw(Shape shape, List<NodeId> nodes, RandomGenerator random) {
    List<NodeId> order = shuffled(nodes, random);
    if (order.size() < 2) {
      return new Cut(List.of());
    }
    return switch (shape) {
      case FULL -> groups(order, true, random);
      case ONE_WAY -> groups(order, false, random);
      case BRIDGE ->
          groups(order.size() < 3 ? order : order.subList(1, order.size()), true, random);
      case RING -> order.size() < 3 ? groups(order, false, random) : ring(order);
    };
  }

  /// One node is cut off from all others.
  public static Cut of(NodeId node, List<NodeId> nodes) {
    List<NodeId> others = nodes.stream().filter(other -> !other.equals(node)).toList();
    return new Cut(
        others.isEmpty() ? List.of() : List.of(new Barrier(List.of(node), others, true)));
  }

  private static List<NodeId> shuffled(List<NodeId> nodes, RandomGenerator random) {
    List<NodeId> rest = new ArrayList<>(nodes);
    List<NodeId> order = new ArrayList<>();
    while (!rest.isEmpty()) {
      order.add(rest.remove(random.nextInt(rest.size())));
    }
    return order;
  }

  private static Cut groups(List<NodeId> order, boolean bothWays, RandomGenerator random) {
    int size = 1 + random.nextInt(order.size() - 1);
    List<NodeId> left = order.subList(0, size).stream().sorted().toList();
    List<NodeId> right = order.subList(size, order.size()).stream().sorted().toList();
    return new Cut(List.of(new Barrier(left, right, bothWays)));
  }

  private static Cut ring(List<NodeId> order) {
    int size = order.size();
    int majority = size / 2 + 1;
    int reach = Math.ceilDiv(majority - 1, 2);
    boolean all = 2 * reach >= size - 1;
    List<Barrier> barriers = new ArrayList<>();
    for (int from = 0; from < size; from++) {
      List<NodeId> deaf = new ArrayList<>();
      for (int to = 0; to < size; to++) {
        int ahead = Math.floorMod(to - from, size);
        boolean heard = all ? ahead == 1 : ahead <= reach || size - ahead <= reach;
        if (from != to && !heard) {
          deaf.add(order.get(to));
        }
      }
      if (!deaf.isEmpty()) {
        barriers.add(new Barrier(List.of(order.get(from)), deaf, false));
      }
    }
    return new Cut(barriers);
  }
}
