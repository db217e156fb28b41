package io.raftctl.simulation.fault;

import io.raftctl.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Nodes that are not heard by others.
///
/// @param bothWays whether they do not hear those others either
public record Barrier(List<NodeId> from, List<NodeId> to, boolean bothWays) {
  /// From one node to another.
  public record Link(NodeId from, NodeId to) {}

  public Barrier {
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  /// The links that are cut, one direction each.
  public List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (NodeId one : from) {
      for (NodeId other : to) {
        links.add(new Link(one, other));
        if (bothWays) {
          links.add(new Link(other, one));
        }
      }
    }
    return links;
  }

  /// As scripts say it: `1 2 > 3`, or `1 2 | 3` where it is both ways.
  @Override
  public String toString() {
    return words(from) + (bothWays ? " | " : " > ") + words(to);
  }

  private static String words(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::value).collect(Collectors.joining(" "));
  }
}
