package io.raftctl.transport.grpc;

import io.grpc.Status;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Sends messages to peers over gRPC.
///
/// Each peer has two lanes with a connection each, so that small urgent messages (heartbeats,
/// votes, answers) never wait behind entries: not in a queue, not in a flow control window, not in
/// a socket's buffer.
public final class GrpcTransport implements Transport, AutoCloseable {
  private static final int COUNT_MAX = 4096;
  private static final long URGENT_BYTES_MAX = 1 << 20;
  private static final long BULK_BYTES_MAX = 16 << 20;
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);

  private final String cluster;
  private final NodeId self;
  private final IoThread io;
  private final Faults faults;
  private final Traffic traffic;
  private final Complaints complaints;
  private final SortedMap<NodeId, Lanes> peers = new TreeMap<>();
  private volatile boolean closed;

  private record Lanes(PeerLane urgent, PeerLane bulk) {}

  /// Opens a connection to each peer at once, so that the first election need not wait for them.
  ///
  /// @param peers the nodes to talk to; an entry for this node itself is ignored
  /// @param log hears when a peer refuses this node, one line now and then
  public GrpcTransport(
      String cluster,
      NodeId self,
      Map<NodeId, Address> peers,
      IoThread io,
      Faults faults,
      Traffic traffic,
      Consumer<String> log) {
    this.cluster = cluster;
    this.self = self;
    this.io = io;
    this.faults = faults;
    this.traffic = traffic;
    this.complaints = new Complaints(log);
    peers.forEach(
        (peer, address) -> {
          if (!peer.equals(self)) {
            PeerLane urgent =
                new PeerLane(this, peer, address, new Outbox(COUNT_MAX, URGENT_BYTES_MAX));
            PeerLane bulk =
                new PeerLane(this, peer, address, new Outbox(COUNT_MAX, BULK_BYTES_MAX));
            this.peers.put(peer, new Lanes(urgent, bulk));
          }
        });
    io.execute(() -> this.peers.values().forEach(lanes -> lanes.urgent.connect()));
    io.schedule(CHECK_INTERVAL, this::check);
  }

  @Override
  public void send(List<Message> messages) {
    for (Message message : messages) {
      Lanes lanes = peers.get(message.to());
      if (lanes != null) {
        boolean bulk =
            message instanceof Message.AppendEntries
                || message instanceof Message.EntriesReply
                || message instanceof Message.InstallSnapshot;
        (bulk ? lanes.bulk : lanes.urgent).offer(message);
      }
    }
  }

  private void check() {
    if (!closed) {
      long now = System.nanoTime();
      peers.values().forEach(lanes -> lanes.urgent.check(now));
      peers.values().forEach(lanes -> lanes.bulk.check(now));
      io.schedule(CHECK_INTERVAL, this::check);
    }
  }

  /// Stops sending; what is queued is dropped.
  @Override
  public void close() {
    closed = true;
    io.execute(
        () -> {
          peers.values().forEach(lanes -> lanes.urgent.close());
          peers.values().forEach(lanes -> lanes.bulk.close());
        });
  }

  IoThread io() {
    return io;
  }

  Faults faults() {
    return faults;
  }

  Traffic traffic() {
    return traffic;
  }

  PeerBatch.Builder batchTo(NodeId peer) {
    return PeerBatch.newBuilder().setCluster(cluster).setFrom(self.value()).setTo(peer.value());
  }

  void complain(NodeId peer, Address address, Status status) {
    String reason =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    complaints.complain("node " + peer + " at " + address + " refuses this node: " + reason);
  }
}
