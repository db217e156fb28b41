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
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The wiring of one node without the node: a real port, a real transport, and a record of what
/// arrives.
final class WiredNode implements AutoCloseable {
  final NodeId id;
  final Faults faults;
  final Traffic traffic = new Traffic();
  final Queue<Message> received = new ConcurrentLinkedQueue<>();
  final Queue<String> log = new ConcurrentLinkedQueue<>();
  final Queue<String> expelled = new ConcurrentLinkedQueue<>();
  final Set<NodeId> removed = new ConcurrentSkipListSet<>();
  final Map<NodeId, Long> met = new ConcurrentSkipListMap<>();

  private final IoThread io;
  private final Server server;
  private final String cluster;
  GrpcTransport transport;

  WiredNode(String cluster, String id, int port, String... peers) throws IOException {
    this.cluster = cluster;
    this.id = new NodeId(id);
    this.faults = new Faults(this.id);
    this.io = new IoThread("io-" + id);
    PeerService service =
        new PeerService(
            cluster,
            this.id,
            (node, incarnation, _) -> refusal(node, incarnation, List.of(peers)),
            faults,
            traffic,
            message -> received.add(message.message()),
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
    transport =
        new GrpcTransport(
            new GrpcTransport.Sender(cluster, id, address()),
            io,
            faults,
            traffic,
            log::add,
            expelled::add);
    transport.speakAs(100 + Long.parseLong(id.value()));
    transport.follow(peers);
  }

  private Admission.@Nullable Refusal refusal(NodeId node, long incarnation, List<String> peers) {
    met.put(node, incarnation);
    if (removed.contains(node)) {
      return new Admission.Refusal(true, "node " + node + " was removed");
    }
    return peers.contains(node.value())
        ? null
        : new Admission.Refusal(false, "its id '" + node + "' is none of this node's peers");
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
