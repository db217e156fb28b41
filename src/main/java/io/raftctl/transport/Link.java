package io.raftctl.transport;

import io.raftctl.raft.NodeId;

/// One direction between two nodes; as text `FROM>TO`.
public record Link(NodeId from, NodeId to) implements Comparable<Link> {
  /// @throws IllegalArgumentException where both ends are the same node
  public Link {
    if (from.equals(to)) {
      throw new IllegalArgumentException("a link has two ends: " + from + ">" + to + " has one");
    }
  }

  /// @throws IllegalArgumentException where the text names no link
  public static Link parse(String text) {
    int arrow = text.indexOf('>');
    if (arrow < 0) {
      throw new IllegalArgumentException("'" + text + "' is not a link: it looks like 1>2");
    }
    return new Link(new NodeId(text.substring(0, arrow)), new NodeId(text.substring(arrow + 1)));
  }

  public boolean touches(NodeId node) {
    return from.equals(node) || to.equals(node);
  }

  @Override
  public int compareTo(Link other) {
    int byFrom = from.compareTo(other.from);
    return byFrom != 0 ? byFrom : to.compareTo(other.to);
  }

  @Override
  public String toString() {
    return from + ">" + to;
  }
}
