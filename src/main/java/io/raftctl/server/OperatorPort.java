package io.raftctl.server;

import io.raftctl.server.http.HttpPort;
import io.raftctl.server.http.Routes;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.Address;
import io.raftctl.transport.grpc.IoThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// The HTTP port for operators and their tools: what `curl` and a metrics collector ask. It is
/// bound at once and answers once it is started.
final class OperatorPort implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 256;

  private final HttpPort port;

  private OperatorPort(HttpPort port) {
    this.port = port;
  }

  static OperatorPort bind(Address address, ServedNode served, NodeMetrics metrics, IoThread io)
      throws IOException {
    InetSocketAddress resolved =
        new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    Routes routes = new OperatorRoutes(served, metrics);
    return new OperatorPort(HttpPort.bind(resolved, routes, CONNECTIONS_MAX, io));
  }

  int port() {
    return port.port();
  }

  void start() {
    port.start();
  }

  @Override
  public void close() {
    port.close();
  }
}
