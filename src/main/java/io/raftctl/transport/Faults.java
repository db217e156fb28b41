package io.raftctl.transport;

import io.raftctl.raft.NodeId;
import java.util.List;
import java.util.TreeSet;

/// Which links are cut at this node. Raft never knows: whoever sends asks before it hands a message
/// to the wire, whoever receives asks again before it delivers, so that connections which are open
/// already are cut too.
///
/// Any thread may ask and change it. To ask costs one volatile read while nothing is cut. It lives
/// in memory only: a restart heals.
public final class Faults {
  private final NodeId self;
  private volatile Cuts cuts = Cuts.NONE;

  /// @param everything true where the node is blocked
  /// @param links single directions that are cut beside that, in order
  private record Cuts(boolean everything, List<Link> links) {
    static final Cuts NONE = new Cuts(false, List.of());
  }

  public Faults(NodeId self) {
    this.self = self;
  }

  /// Whether every link of this node is cut, both ways.
  public boolean blocked() {
    return cuts.everything;
  }

  /// The single directions that are cut, in order.
  public List<Link> links() {
    return cuts.links;
  }

  /// Whether a message from this node to `peer` must not leave.
  public boolean cutsTo(NodeId peer) {
    Cuts now = cuts;
    return now.everything
        || (!now.links.isEmpty() && now.links.stream().anyMatch(link -> link.to().equals(peer)));
  }

  /// Whether a message from `peer` must not be delivered here.
  public boolean cutsFrom(NodeId peer) {
    Cuts now = cuts;
    return now.everything
        || (!now.links.isEmpty() && now.links.stream().anyMatch(link -> link.from().equals(peer)));
  }

  /// Cuts every link of this node, both ways.
  public synchronized void block() {
    cuts = new Cuts(true, cuts.links);
  }

  /// Heals everything that is cut at this node.
  public synchronized void unblock() {
    cuts = Cuts.NONE;
  }

  /// Cuts one direction of one link.
  ///
  /// @throws IllegalArgumentException where this node is no end of it
  public synchronized void block(Link link) {
    cuts = new Cuts(cuts.everything, changed(link, true));
  }

  /// Heals one direction of one link, as far as it was cut alone.
  ///
  /// @throws IllegalArgumentException where this node is no end of it
  public synchronized void unblock(Link link) {
    cuts = new Cuts(cuts.everything, changed(link, false));
  }

  private List<Link> changed(Link link, boolean cut) {
    if (!link.touches(self)) {
      throw new IllegalArgumentException("node " + self + " is no end of the link " + link);
    }
    TreeSet<Link> links = new TreeSet<>(cuts.links);
    if (cut) {
      links.add(link);
    } else {
      links.remove(link);
    }
    return List.copyOf(links);
  }
}
