package io.raftctl.server.packets;

import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Cuts a node off by dropping the packets between it and its peers, with nftables or iptables.
///
/// Only peers' addresses are matched, so clients elsewhere still reach the node, and its port for
/// operators stays open to all. The rules have a table or chain of their own that is named after
/// the node: what is added is exactly what is removed. They would outlive the process, so a node
/// removes what it finds of an earlier run at its start.
///
/// A peer at an address of this very machine is refused: nodes on one machine share addresses,
/// ports tell only whom a packet is for and not whom it is from, so the packets of one node cannot
/// be told from another's.
///
/// The methods wait for other programs and for names to be resolved.
public final class PacketFilter {
  private final Tool tool;
  private final String name;
  private final NodeId self;
  private final SortedMap<NodeId, Address> members;
  private final int adminPort;
  private @Nullable Firewall blocking;

  /// @param self this node, which no rule is for
  /// @param members a view that changes with them: who is a member when a block begins is cut off
  /// @param adminPort the TCP port of this node that stays reachable
  public PacketFilter(
      String cluster, NodeId self, SortedMap<NodeId, Address> members, int adminPort) {
    this(new Tool(List.of()), name(cluster, self, adminPort), self, members, adminPort);
  }

  PacketFilter(
      Tool tool, String name, NodeId self, SortedMap<NodeId, Address> members, int adminPort) {
    this.tool = tool;
    this.name = name;
    this.self = self;
    this.members = members;
    this.adminPort = adminPort;
  }

  /// The name of the table or chain: iptables takes 28 characters, nftables neither dots nor minus
  /// signs.
  static String name(String cluster, NodeId self, int adminPort) {
    CRC32 checksum = new CRC32();
    checksum.update((cluster + "/" + self + "/" + adminPort).getBytes(StandardCharsets.UTF_8));
    String id = self.value().replaceAll("[^A-Za-z0-9]", "_");
    return "raftctl_%s_%08x"
        .formatted(id.substring(0, Math.min(10, id.length())), checksum.getValue());
  }

  /// Drops the packets from now on.
  public synchronized void block() throws PacketFilterException {
    List<InetAddress> addresses = resolve();
    PacketFilterException first = null;
    for (Firewall firewall : firewalls()) {
      try {
        firewall.block(name, addresses, adminPort);
        blocking = firewall;
        return;
      } catch (PacketFilterException e) {
        first = first == null ? e : first;
      }
    }
    throw first != null ? first : missing();
  }

  /// Lets the packets through again.
  public synchronized void unblock() throws PacketFilterException {
    if (blocking != null) {
      blocking.release(name);
      blocking = null;
    }
  }

  /// Removes what an earlier run of this node may have left.
  public synchronized void clear() throws PacketFilterException {
    List<Firewall> firewalls = firewalls();
    if (firewalls.isEmpty()) {
      throw missing();
    }
    PacketFilterException last = null;
    int done = 0;
    for (Firewall firewall : firewalls) {
      try {
        firewall.release(name);
        done++;
      } catch (PacketFilterException e) {
        last = e;
      }
    }
    if (done == 0 && last != null) {
      throw last;
    }
  }

  private List<Firewall> firewalls() {
    List<Firewall> found = new ArrayList<>();
    String nft = Tool.path("nft");
    if (!nft.isEmpty()) {
      found.add(new NftFirewall(tool, nft));
    }
    String iptables = Tool.path("iptables-restore");
    if (!iptables.isEmpty()) {
      found.add(new IptablesFirewall(tool, String.valueOf(Path.of(iptables).getParent())));
    }
    return found;
  }

  private static PacketFilterException missing() {
    return new PacketFilterException(
        "packets cannot be blocked: neither nft nor iptables is installed",
        "install nftables, or start the node without --packets",
        false);
  }

  private List<InetAddress> resolve() throws PacketFilterException {
    List<InetAddress> addresses = new ArrayList<>();
    for (Map.Entry<NodeId, Address> peer : members.entrySet()) {
      if (peer.getKey().equals(self)) {
        continue;
      }
      try {
        for (InetAddress address : InetAddress.getAllByName(peer.getValue().host())) {
          requireElsewhere(peer.getKey(), address);
          addresses.add(address);
        }
      } catch (UnknownHostException e) {
        throw new PacketFilterException(
            "packets were not blocked: the name of node %s, %s, is not known"
                .formatted(peer.getKey(), peer.getValue().host()),
            "start that node, or check --peers",
            false);
      }
    }
    return addresses;
  }

  private static void requireElsewhere(NodeId peer, InetAddress address)
      throws PacketFilterException {
    boolean here;
    try {
      here =
          address.isLoopbackAddress()
              || address.isAnyLocalAddress()
              || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      here = false;
    }
    if (here) {
      throw new PacketFilterException(
          "packets were not blocked: node %s is on this machine, at %s"
              .formatted(peer, address.getHostAddress()),
          "start the nodes of one machine without --packets",
          false);
    }
  }
}
