package io.raftctl.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Ports of this machine that nobody listens on.
///
/// They lie below those that systems give to whoever connects, or asks for any port: of these one
/// that was free a moment ago may be taken when the test's node comes to listen on it. And none is
/// given twice by one run of the tests, until all have been.
public final class FreePorts {
  /// Tests that run beside these have other ports: the first process, the second one, and so on.
  private static final int FIRST = 12_000 + 5_000 * (Integer.getInteger("raftctl.fork", 1) % 4);

  private static final int COUNT = 5_000;

  /// Where the next search begins; guarded by the class. At random, for others run tests too.
  private static int next = ThreadLocalRandom.current().nextInt(COUNT);

  private FreePorts() {}

  /// As many as asked for.
  public static List<Integer> choose(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ports.add(choose());
    }
    return ports;
  }

  /// A single one.
  public static synchronized int choose() throws IOException {
    for (int tries = 0; tries < COUNT; tries++) {
      int port = FIRST + next;
      next = (next + 1) % COUNT;
      if (free(port)) {
        return port;
      }
    }
    throw new IOException("no port is free");
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  /// Places of this machine to listen on, each as `HOST:PORT`.
  public static List<String> addresses(int count) throws IOException {
    return choose(count).stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /// A single such place.
  public static String address() throws IOException {
    return addresses(1).getFirst();
  }
}
