package io.raftctl.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Ports of this machine that nobody listens on at the moment.
public final class FreePorts {
  private FreePorts() {}

  /// As many as asked for. They are held together until all are known, so that none comes twice.
  public static List<Integer> choose(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  /// A single one.
  public static int choose() throws IOException {
    return choose(1).getFirst();
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
