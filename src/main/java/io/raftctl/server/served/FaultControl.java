package io.raftctl.server.served;

import io.raftctl.raft.NodeId;
import io.raftctl.server.fault.MachineFaults;
import io.raftctl.server.packets.PacketFilter;
import io.raftctl.server.packets.PacketFilterException;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Link;
import io.raftctl.transport.Traffic;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Breaks this node for operators. Its links are cut inside the process, and on demand by dropping
/// real packets, too.
///
/// A block of packets is one inside the process as well: a peer may come, move, or be found under
/// its name only later, and nothing must get through to it before its packets are dropped.
///
/// Single directions are always cut inside the process: a connection needs packets both ways, so to
/// drop those of one direction would cut the other one too.
public final class FaultControl {
  private final NodeId self;
  private final Set<NodeId> members;
  private final boolean allowed;
  private final Faults faults;
  private final @Nullable PacketFilter packets;
  private final @Nullable MachineFaults machine;
  private final Traffic traffic;

  /// @param allowed whether the node was started with faults on
  /// @param packets drops packets beside messages where it is given
  /// @param machine what its disk and clock suffer; null where they cannot be made to
  /// @param traffic counts what cut links have dropped
  public FaultControl(
      NodeId self,
      Set<NodeId> members,
      boolean allowed,
      Faults faults,
      @Nullable PacketFilter packets,
      @Nullable MachineFaults machine,
      Traffic traffic) {
    this.self = self;
    this.members = members;
    this.allowed = allowed;
    this.faults = faults;
    this.packets = packets;
    this.machine = machine;
    this.traffic = traffic;
  }

  /// What this node's disk and clock suffer.
  public MachineFaults machine() throws Problem {
    requireAllowed();
    if (machine == null) {
      throw new Problem(
          Problem.Code.DENIED,
          "the disk and the clock of node " + self + " are not those of a machine",
          "cut its links instead");
    }
    return machine;
  }

  public boolean blocked() {
    return faults.blocked();
  }

  /// The peers whose packets pass although this node is blocked.
  public List<NodeId> undropped() {
    return packets == null ? List.of() : packets.open();
  }

  public List<Link> links() {
    return faults.links();
  }

  /// How many messages were not sent or not delivered since the node started, because of a cut.
  public long dropped() {
    return traffic.droppedByFault.sum();
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
    if (packets != null) {
      try {
        packets.block();
      } catch (PacketFilterException e) {
        throw refused(e);
      }
    }
    faults.block();
  }

  /// Heals everything that is cut at this node. May wait as [#block()] may; where it fails, the
  /// node is still blocked.
  public synchronized void unblock() throws Problem {
    requireAllowed();
    if (packets != null) {
      try {
        packets.unblock();
      } catch (PacketFilterException e) {
        throw refused(e);
      }
    }
    faults.unblock();
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
