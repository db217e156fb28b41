package io.raftctl.server;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.raftctl.raft.NodeId;
import io.raftctl.server.grpc.AdminService;
import io.raftctl.server.grpc.ClientService;
import io.raftctl.server.grpc.LegacyService;
import io.raftctl.server.grpc.ReadableRequests;
import io.raftctl.server.http.HttpRoutes;
import io.raftctl.server.http.PortSniffer;
import io.raftctl.server.served.PeerAdmin;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.Address;
import io.raftctl.transport.grpc.Channels;
import io.raftctl.transport.grpc.IoThread;
import io.raftctl.transport.grpc.PeerService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// The port for clients and peers: gRPC, and JSON over HTTP/1.1 beside it.
final class ClientPort implements AutoCloseable {
  private static final int CALLS_PER_CONNECTION_MAX = 1024;

  private final Server server;

  private ClientPort(Server server) {
    this.server = server;
  }

  /// Binds the port; it answers from then on.
  ///
  /// @param introduced hears of nodes that want the cluster to know where they are
  static ClientPort bind(
      Address address,
      ServedNode served,
      PeerService peers,
      BiConsumer<NodeId, Address> introduced,
      IoThread io)
      throws IOException {
    InetSocketAddress resolved =
        new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    PeerAdmin admin = new PeerAdmin(served, io);
    Server server =
        NettyServerBuilder.forAddress(resolved)
            .bossEventLoopGroup(io.group())
            .workerEventLoopGroup(io.group())
            .channelType(NioServerSocketChannel.class)
            .directExecutor() // No service waits.
            .protocolNegotiator(new PortSniffer(new HttpRoutes(served, admin)))
            .handshakeTimeout(10, TimeUnit.SECONDS)
            .maxInboundMessageSize(Channels.INBOUND_BYTES_MAX)
            .flowControlWindow(Channels.WINDOW_BYTES)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
            .maxConnectionIdle(10, TimeUnit.MINUTES)
            .keepAliveTime(30, TimeUnit.SECONDS) // Notices clients that are gone without a word.
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(ReadableRequests.of(peers))
            .addService(ReadableRequests.of(new ClientService(served, io)))
            .addService(ReadableRequests.of(new AdminService(served, admin, introduced)))
            .addService(ReadableRequests.of(new LegacyService(served)))
            .addService(new HealthStatusManager().getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .build()
            .start();
    return new ClientPort(server);
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
