package io.raftctl.server.packets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/// Drops packets by a chain of iptables that INPUT and OUTPUT begin with. `iptables-restore` makes
/// all changes of its input in one transaction for each of IPv4 and IPv6.
record IptablesFirewall(Tool tool, String folder) implements Firewall {
  @Override
  public void block(String name, List<InetAddress> peers, int adminPort)
      throws PacketFilterException {
    block(
        "iptables",
        name,
        peers.stream().filter(Inet4Address.class::isInstance).toList(),
        adminPort);
    List<InetAddress> v6 = peers.stream().filter(it -> !(it instanceof Inet4Address)).toList();
    if (!v6.isEmpty() || !Tool.path("ip6tables-save").isEmpty()) {
      block("ip6tables", name, v6, adminPort);
    }
  }

  private void block(String family, String name, List<InetAddress> peers, int adminPort)
      throws PacketFilterException {
    if (peers.isEmpty()) {
      release(family, name);
      return;
    }
    StringBuilder script = new StringBuilder("*filter\n");
    script.append(unhook(saved(family), name));
    script.append(":%s - [0:0]\n".formatted(name)); // Makes the chain, or empties it.
    for (InetAddress peer : peers) {
      script.append(
          """
          -A %1$s -s %2$s -p tcp --dport %3$d -j RETURN
          -A %1$s -d %2$s -p tcp --sport %3$d -j RETURN
          -A %1$s -s %2$s -j DROP
          -A %1$s -d %2$s -j DROP
          """
              .formatted(name, peer.getHostAddress(), adminPort));
    }
    script.append("-I INPUT 1 -j %1$s\n-I OUTPUT 1 -j %1$s\nCOMMIT\n".formatted(name));
    restore(family, script.toString());
  }

  @Override
  public void release(String name) throws PacketFilterException {
    release("iptables", name);
    if (!Tool.path("ip6tables-save").isEmpty()) {
      release("ip6tables", name);
    }
  }

  private void release(String family, String name) throws PacketFilterException {
    String saved = saved(family);
    if (saved.contains(":" + name + " ")) {
      restore(
          family, "*filter\n%s-F %s\n-X %s\nCOMMIT\n".formatted(unhook(saved, name), name, name));
    }
  }

  /// The commands that take the chain out of INPUT and OUTPUT.
  private static String unhook(String saved, String name) {
    StringBuilder commands = new StringBuilder();
    saved
        .lines()
        .filter(line -> line.startsWith("-A ") && line.endsWith(" -j " + name))
        .forEach(line -> commands.append("-D").append(line.substring(2)).append('\n'));
    return commands.toString();
  }

  private String saved(String family) throws PacketFilterException {
    return tool.run("", folder + "/" + family + "-save", "-t", "filter");
  }

  private void restore(String family, String script) throws PacketFilterException {
    tool.run(script, folder + "/" + family + "-restore", "--noflush", "-w", "5");
  }
}
