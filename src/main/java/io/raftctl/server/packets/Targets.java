package io.raftctl.server.packets;

import io.raftctl.raft.NodeId;
import io.raftctl.server.packets.PacketFilter.Peer;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Whose packets are to be dropped, as far as their names lead anywhere.
///
/// @param elsewhere what is to be dropped: the addresses of peers on other machines, by their text
/// @param here peers at addresses of this machine, and these
/// @param unknown peers whose names lead nowhere, and these
record Targets(
    SortedMap<String, Target> elsewhere,
    SortedMap<NodeId, String> here,
    SortedMap<NodeId, String> unknown) {
  /// An address, and the peer that is there.
  record Target(InetAddress address, NodeId peer) {}

  static Targets of(Collection<Peer> peers, Names names) {
    Targets targets = new Targets(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    for (Peer peer : peers) {
      String host = peer.address().host();
      List<InetAddress> found = names.of(host);
      if (found.isEmpty()) {
        targets.unknown.put(peer.id(), host);
      }
      for (InetAddress address : found) {
        String text = address.getHostAddress();
        if (isHere(address)) {
          if (peer.certain()) {
            targets.here.put(peer.id(), text);
          }
        } else {
          targets.elsewhere.put(text, new Target(address, peer.id()));
        }
      }
    }
    return targets;
  }

  List<InetAddress> addresses() {
    return elsewhere.values().stream().map(Target::address).toList();
  }

  /// The peers whose packets still pass, and why.
  ///
  /// @param dropped the addresses of which none pass
  SortedMap<NodeId, String> open(Collection<InetAddress> dropped) {
    TreeMap<NodeId, String> open = new TreeMap<>();
    elsewhere.forEach(
        (text, target) -> {
          if (!dropped.contains(target.address())) {
            open.put(target.peer(), text + " could not be added");
          }
        });
    here.forEach((peer, text) -> open.put(peer, text + " is an address of this machine"));
    unknown.forEach((peer, host) -> open.put(peer, "the name " + host + " is not known"));
    return open;
  }

  private static boolean isHere(InetAddress address) {
    try {
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
