package io.raftctl.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// The ports of a local cluster: node i (from 1) serves clients and peers on `base + i - 1`, and
/// operators on `base + i - 1 + 1000`.
public record Ports(int base, int nodes) {
  /// The first choice where the user has none.
  public static final int DEFAULT_BASE = 7001;

  private static final int HTTP_DISTANCE = 1000;
  private static final int BLOCK = 10;
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
    return base >= 1 && base + nodes - 1 + HTTP_DISTANCE <= 65_535;
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
