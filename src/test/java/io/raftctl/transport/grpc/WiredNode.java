package io.raftctl.transport.grpc;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// The wiring of one node without the node: a real port, a real transport, and a record of what
/// arrives.
final class WiredNode implements AutoCloseable {
  final NodeId id;
  final Faults faults;
  final Traffic traffic = new Traffic();
  final Queue<Message> received = new ConcurrentLinkedQueue<>();
  final Queue<String> log = new ConcurrentLinkedQueue<>();

  private final IoThread io;
  private final Server server;
  private final String cluster;
  private GrpcTransport transport;

  WiredNode(String cluster, String id, int port, String... peers) throws IOException {
    this.cluster = cluster;
    this.id = new NodeId(id);
    this.faults = new Faults(this.id);
    this.io = new IoThread("io-" + id);
    PeerService service =
        new PeerService(
            cluster,
            this.id,
            new TreeSet<>(List.of(peers).stream().map(NodeId::new).toList()),
            faults,
            traffic,
            received::add,
            log::add);
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
            .bossEventLoopGroup(io.group())
            .workerEventLoopGroup(io.group())
            .channelType(NioServerSocketChannel.class)
            .directExecutor()
            .maxInboundMessageSize(Channels.INBOUND_BYTES_MAX)
            .addService(service)
            .build()
            .start();
  }

  Address address() {
    return new Address("127.0.0.1", server.getPort());
  }

  void connect(Map<NodeId, Address> peers) {
    transport = new GrpcTransport(cluster, id, peers, io, faults, traffic, log::add);
  }

  void send(Message... messages) {
    transport.send(List.of(messages));
  }

  @Override
  public void close() {
    if (transport != null) {
      transport.close();
    }
    try {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    io.close();
  }
}
