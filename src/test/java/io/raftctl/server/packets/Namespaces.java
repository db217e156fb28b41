package io.raftctl.server.packets;

import io.raftctl.testing.ProcessRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Machines of their own on one wire, as far as the network can tell: network namespaces of Linux,
/// joined by a bridge. Machine `i` has the address `10.213.77.i`.
@SuppressWarnings("try") // Whoever closes it may be interrupted, and is a test.
final class Namespaces implements AutoCloseable {
  private static final Path HERE = Path.of("/");
  private static final int TIMED_OUT = 124;

  private final String prefix = "rt" + ProcessHandle.current().pid() % 100_000;
  private final int count;

  Namespaces(int count) throws IOException, InterruptedException {
    this.count = count;
    must("ip", "netns", "add", wire());
    in(wire(), "ip", "link", "add", "bridge", "type", "bridge");
    in(wire(), "ip", "link", "set", "bridge", "up");
    for (int i = 1; i <= count; i++) {
      must("ip", "netns", "add", name(i));
      must(
          "ip",
          "link",
          "add",
          "eth0",
          "netns",
          name(i),
          "type",
          "veth",
          "peer",
          "name",
          "port" + i,
          "netns",
          wire());
      in(wire(), "ip", "link", "set", "port" + i, "master", "bridge", "up");
      in(name(i), "ip", "address", "add", address(i) + "/24", "dev", "eth0");
      in(name(i), "ip", "link", "set", "eth0", "up");
      in(name(i), "ip", "link", "set", "lo", "up");
    }
  }

  /// Why there can be none here, or an empty text.
  static String missing() {
    try {
      ProcessRun probe = ProcessRun.Order.of(HERE, "unshare", "-n", "true").run();
      if (Stream.of("ip", "nft", "iptables-restore").anyMatch(it -> Tool.path(it).isEmpty())) {
        return "ip, nft or iptables is not installed";
      }
      return probe.exit() == 0 ? "" : "no right to make network namespaces: " + probe.err().strip();
    } catch (IOException | InterruptedException e) {
      return "no unshare here: " + e.getMessage();
    }
  }

  private String wire() {
    return prefix + "wire";
  }

  String name(int machine) {
    return prefix + "m" + machine;
  }

  static String address(int machine) {
    return "10.213.77." + machine;
  }

  /// A command line that runs on the machine.
  List<String> command(int machine, String... command) {
    return command(name(machine), command);
  }

  private static List<String> command(String namespace, String... command) {
    List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    line.addAll(List.of(command));
    return line;
  }

  /// Runs a command on the machine to its end.
  ProcessRun run(int machine, String... command) throws IOException, InterruptedException {
    return ProcessRun.Order.of(HERE, command(machine, command).toArray(String[]::new)).run();
  }

  /// Which names the machine knows, by lines of `/etc/hosts`; what runs there sees each change.
  void hosts(int machine, String lines) throws IOException {
    Path file = hostsFile(machine);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "127.0.0.1 localhost\n" + lines);
  }

  /// `ip netns exec` puts it over `/etc/hosts`.
  private Path hostsFile(int machine) {
    return Path.of("/etc/netns", name(machine), "hosts");
  }

  /// Whether packets pass: where nobody listens, a machine that is reached says so at once.
  boolean reaches(int from, int to, int port) throws IOException, InterruptedException {
    String attempt = "exec 3<>/dev/tcp/" + address(to) + "/" + port;
    return run(from, "timeout", "1", "bash", "-c", attempt).exit() != TIMED_OUT;
  }

  private static void in(String namespace, String... command)
      throws IOException, InterruptedException {
    must(command(namespace, command).toArray(String[]::new));
  }

  private static void must(String... command) throws IOException, InterruptedException {
    ProcessRun run = ProcessRun.Order.of(HERE, command).run();
    if (run.exit() != 0) {
      throw new IOException(String.join(" ", command) + ": " + run.err());
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (int i = 1; i <= count; i++) {
      must("ip", "netns", "del", name(i));
      if (Files.deleteIfExists(hostsFile(i))) {
        Files.delete(hostsFile(i).getParent());
      }
    }
    must("ip", "netns", "del", wire());
  }
}
