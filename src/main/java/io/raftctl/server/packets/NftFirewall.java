package io.raftctl.server.packets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/// Drops packets by a table of nftables. `nft -f` makes all changes of its input in one
/// transaction.
record NftFirewall(Tool tool, String program) implements Firewall {
  @Override
  public void block(String name, List<InetAddress> peers, int adminPort)
      throws PacketFilterException {
    // Before the ordinary filters, so that no rule of others lets through what is to be dropped.
    String script =
        """
        %s
        table inet %s {
          chain input {
            type filter hook input priority -200; policy accept;
            tcp dport %d accept
            %s
          }
          chain output {
            type filter hook output priority -200; policy accept;
            tcp sport %d accept
            %s
          }
        }
        """
            .formatted(
                removal(name),
                name,
                adminPort,
                drops("saddr", peers),
                adminPort,
                drops("daddr", peers));
    tool.run(script, program, "-f", "-");
  }

  @Override
  public void release(String name) throws PacketFilterException {
    tool.run(removal(name), program, "-f", "-");
  }

  /// Adds the table first, because to delete one that is not there is an error.
  private static String removal(String name) {
    return "add table inet %1$s\ndelete table inet %1$s\n".formatted(name);
  }

  private static String drops(String field, List<InetAddress> peers) {
    return peers.stream()
        .map(
            peer ->
                "%s %s %s drop"
                    .formatted(
                        peer instanceof Inet4Address ? "ip" : "ip6", field, peer.getHostAddress()))
        .collect(Collectors.joining("\n    "));
  }
}
