package io.raftctl.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// The ports of a local cluster: node i (from 1) of those it begins with serves clients and peers
/// on `base + i - 1`, and operators on `base + i - 1 + 1000`; those that come later take what is
/// free.
public record Ports(int base, int nodes) {
  /// The first choice where the user has none.
  public static final int DEFAULT_BASE = 7001;

  private static final int HTTP_DISTANCE = 1000;
  private static final int PORT_MAX = 65_535;

  /// So many ports a cluster is given, whether it has so many nodes or not.
  static final int BLOCK = 10;

  private static final int BASE_MAX = DEFAULT_BASE + 90 * BLOCK;

  /// The first block at or after `from` that nobody holds or was promised.
  public static Ports firstFree(int from, int nodes, IntPredicate promised)
      throws ClusterException {
    for (int base = from; base <= Math.max(from, BASE_MAX); base += BLOCK) {
      Ports ports = new Ports(base, nodes);
      if (ports.all().noneMatch(promised) && ports.free()) {
        return ports;
      }
    }
    throw ClusterException.unavailable(
        "no free block of ports from " + from + " on", "choose one with --base-port");
  }

  /// The place in this block that is free for one more node: the wanted one if it is, or else the
  /// first one.
  ///
  /// @param known the nodes of the cluster, running or not
  /// @param promised ports of others that may not listen yet
  int freePlace(int wanted, List<NodeDescription> known, IntPredicate promised)
      throws ClusterException {
    return IntStream.concat(IntStream.of(wanted), IntStream.range(0, nodes))
        .filter(i -> i < nodes && http(i) <= PORT_MAX)
        .filter(i -> known.stream().noneMatch(node -> node.port() == client(i)))
        .filter(i -> IntStream.of(client(i), http(i)).noneMatch(promised))
        .filter(i -> canListen(client(i)) && canListen(http(i)))
        .findFirst()
        .orElseThrow(
            () ->
                ClusterException.local(
                    "no port from " + base + " to " + (base + nodes - 1) + " is free",
                    "stop what uses them, or start the cluster at another --base-port"));
  }

  /// The first port that somebody else holds of those where the nodes are to be; 0 if none.
  static int firstTaken(List<NodeDescription> places) {
    return places.stream()
        .flatMapToInt(node -> IntStream.of(node.port(), node.httpPort()))
        .filter(port -> !canListen(port))
        .findFirst()
        .orElse(0);
  }

  /// Whether a cluster that is not stopped is to have the port, which may not listen yet.
  ///
  /// @param ours the directory of the cluster that does not count
  static boolean promised(int port, List<ClusterDescription> clusters, Path ours) {
    return clusters.stream()
        .filter(cluster -> cluster.state() != ClusterDescription.State.STOPPED)
        .filter(cluster -> !cluster.directory().equals(ours))
        .flatMap(cluster -> cluster.nodes().stream())
        .anyMatch(node -> node.port() == port || node.httpPort() == port);
  }

  public int client(int index) {
    return base + index;
  }

  public int http(int index) {
    return base + index + HTTP_DISTANCE;
  }

  /// The block after this one.
  public int next() {
    return base + BLOCK;
  }

  public boolean valid() {
    return base >= 1 && base + nodes - 1 + HTTP_DISTANCE <= PORT_MAX;
  }

  /// True if every port can be listened on now.
  public boolean free() {
    return all().allMatch(Ports::canListen);
  }

  /// The first port that somebody else holds, for an error message; 0 if none.
  public int firstTaken() {
    return all().filter(port -> !canListen(port)).findFirst().orElse(0);
  }

  private IntStream all() {
    return IntStream.range(0, nodes).flatMap(i -> IntStream.of(client(i), http(i)));
  }

  private static boolean canListen(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(LocalCluster.HOST), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
