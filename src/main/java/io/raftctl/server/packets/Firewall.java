package io.raftctl.server.packets;

import java.net.InetAddress;
import java.util.List;

/// One way to drop packets.
sealed interface Firewall permits NftFirewall, IptablesFirewall {
  /// Drops all packets to and from the peers, and of nobody else any more, but those of this node's
  /// TCP port `adminPort`. A change never opens for a moment what stays blocked. Where it fails,
  /// all is as it was, or some of the new peers are blocked already.
  ///
  /// @param name of the table or chain that holds the rules, and nobody else's
  void block(String name, List<InetAddress> peers, int adminPort) throws PacketFilterException;

  /// Removes exactly what [#block] added; nothing where there is nothing.
  void release(String name) throws PacketFilterException;
}
