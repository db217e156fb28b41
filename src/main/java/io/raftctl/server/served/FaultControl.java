package io.raftctl.server.served;

import io.raftctl.raft.NodeId;
import io.raftctl.server.packets.PacketFilter;
import io.raftctl.server.packets.PacketFilterException;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Link;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cuts and heals this node's links for operators: inside the process, or on demand by dropping
/// real packets.
///
/// Single directions are always cut inside the process: a connection needs packets both ways, so to
/// drop those of one direction would cut the other one too.
public final class FaultControl {
  private final NodeId self;
  private final Set<NodeId> members;
  private final boolean allowed;
  private final Faults faults;
  private final @Nullable PacketFilter packets;
  private volatile boolean packetsBlocked;

  /// @param allowed whether the node was started with faults on
  /// @param packets drops packets instead of messages where it is given
  public FaultControl(
      NodeId self,
      Set<NodeId> members,
      boolean allowed,
      Faults faults,
      @Nullable PacketFilter packets) {
    this.self = self;
    this.members = members;
    this.allowed = allowed;
    this.faults = faults;
    this.packets = packets;
  }

  public boolean blocked() {
    return packetsBlocked || faults.blocked();
  }

  public List<Link> links() {
    return faults.links();
  }

  /// Refuses where the node was started without faults.
  public void requireAllowed() throws Problem {
    if (!allowed) {
      throw new Problem(
          Problem.Code.DENIED,
          "node " + self + " was started without faults",
          "start it with --faults to let links be cut");
    }
  }

  /// Cuts every link of this node. May wait for a program that changes the packet filter.
  public synchronized void block() throws Problem {
    requireAllowed();
    if (packets == null) {
      faults.block();
      return;
    }
    try {
      packets.block();
      packetsBlocked = true;
    } catch (PacketFilterException e) {
      throw refused(e);
    }
  }

  /// Heals everything that is cut at this node. May wait as [#block()] may.
  public synchronized void unblock() throws Problem {
    requireAllowed();
    faults.unblock();
    if (packets == null || !packetsBlocked) {
      return;
    }
    try {
      packets.unblock();
      packetsBlocked = false;
    } catch (PacketFilterException e) {
      throw refused(e);
    }
  }

  public void block(Link link) throws Problem {
    requireAllowed();
    requireOurs(link);
    faults.block(link);
  }

  public void unblock(Link link) throws Problem {
    requireAllowed();
    requireOurs(link);
    faults.unblock(link);
  }

  private void requireOurs(Link link) throws Problem {
    for (NodeId end : List.of(link.from(), link.to())) {
      if (!members.contains(end)) {
        throw new Problem(
            Problem.Code.NOT_FOUND, "there is no node " + end, "the nodes are " + members);
      }
    }
    if (!link.touches(self)) {
      throw Problem.invalid("node " + self + " is no end of the link " + link);
    }
  }

  private static Problem refused(PacketFilterException e) {
    Problem.Code code = e.denied() ? Problem.Code.DENIED : Problem.Code.UNAVAILABLE;
    return new Problem(code, String.valueOf(e.getMessage()), e.hint());
  }
}
