package io.raftctl.transport.grpc;

import io.grpc.Status;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.Transport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

  /// Nodes that this one answers without knowing them yet; the one met first makes room.
  private static final int GUESTS_MAX = 16;

  private final Sender sender;
  private final IoThread io;
  private final Faults faults;
  private final Traffic traffic;
  private final Complaints complaints;
  private final Consumer<String> expelled;
  private final Set<NodeId> guests = new LinkedHashSet<>(); // Guarded by this.
  private volatile SortedMap<NodeId, Lanes> peers =
      new TreeMap<>(); // Never changed, only replaced.
  private volatile long incarnation = Incarnation.UNTOLD;
  private volatile boolean closed;

  /// Who sends, as it says on each stream.
  ///
  /// @param address where this node is reached
  public record Sender(String cluster, NodeId id, Address address) {}

  private record Lanes(Address address, PeerLane urgent, PeerLane bulk) {
    List<PeerLane> both() {
      return List.of(urgent, bulk);
    }
  }

  /// @param log hears when a peer refuses this node, one line now and then
  /// @param expelled hears why, when a peer says that this node has no place in the cluster any
  ///   more
  public GrpcTransport(
      Sender sender,
      IoThread io,
      Faults faults,
      Traffic traffic,
      Consumer<String> log,
      Consumer<String> expelled) {
    this.sender = sender;
    this.io = io;
    this.faults = faults;
    this.traffic = traffic;
    this.complaints = new Complaints(log);
    this.expelled = expelled;
    io.schedule(CHECK_INTERVAL, this::check);
  }

  /// Says from now on of which incarnation this node is. Called before the first message is sent.
  public void speakAs(long ownIncarnation) {
    incarnation = ownIncarnation;
  }

  /// Talks to these nodes from now on, and to guests. Opens a connection to each new one at once,
  /// so that the first election need not wait for them.
  ///
  /// @param members may hold this node itself, which is passed over
  public synchronized void follow(Map<NodeId, Address> members) {
    TreeMap<NodeId, Lanes> next = new TreeMap<>();
    guests.removeAll(members.keySet());
    guests.forEach(guest -> next.put(guest, Objects.requireNonNull(peers.get(guest))));
    members.forEach((member, address) -> next.put(member, lanes(member, address)));
    next.remove(sender.id);
    become(next);
  }

  /// A peer says where it is: it is tried there too, if it cannot be reached where it is taken to
  /// be.
  public void hear(NodeId peer, Address address) {
    Lanes known = peers.get(peer);
    if (known != null) {
      known.both().forEach(lane -> lane.hear(address));
    }
  }

  /// Answers a node that the configuration does not name yet, as it may do so soon.
  public void meet(NodeId guest, Address address) {
    Lanes known = peers.get(guest);
    if (known == null || !known.address.equals(address)) {
      welcome(guest, address);
    }
  }

  /// The nodes that are answered without being members, and where they are reached.
  public synchronized SortedMap<NodeId, Address> guests() {
    TreeMap<NodeId, Address> reached = new TreeMap<>();
    SortedMap<NodeId, Lanes> now = peers;
    guests.forEach(guest -> reached.put(guest, Objects.requireNonNull(now.get(guest)).address));
    return reached;
  }

  /// All but the guests, who said themselves where they are: nobody calls after one that has gone.
  private synchronized List<Lanes> members() {
    TreeMap<NodeId, Lanes> members = new TreeMap<>(peers);
    members.keySet().removeAll(guests);
    return List.copyOf(members.values());
  }

  private synchronized void welcome(NodeId guest, Address address) {
    TreeMap<NodeId, Lanes> next = new TreeMap<>(peers);
    if (guests.size() == GUESTS_MAX && !guests.contains(guest)) {
      NodeId first = guests.iterator().next();
      guests.remove(first);
      next.remove(first);
    }
    guests.add(guest);
    next.put(guest, lanes(guest, address));
    become(next);
  }

  /// Those that are there already where the peer has not moved.
  private Lanes lanes(NodeId peer, Address address) {
    Lanes known = peers.get(peer);
    return known != null && known.address.equals(address)
        ? known
        : new Lanes(
            address,
            new PeerLane(this, peer, address, new Outbox(COUNT_MAX, URGENT_BYTES_MAX)),
            new PeerLane(this, peer, address, new Outbox(COUNT_MAX, BULK_BYTES_MAX)));
  }

  private void become(SortedMap<NodeId, Lanes> next) {
    SortedMap<NodeId, Lanes> before = peers;
    peers = next;
    io.execute(
        () -> {
          before.forEach(
              (peer, lanes) -> {
                if (!lanes.equals(next.get(peer))) {
                  lanes.both().forEach(PeerLane::close);
                }
              });
          next.values().forEach(lanes -> lanes.urgent.connect());
        });
  }

  @Override
  public void send(List<Message> messages) {
    for (Message message : messages) {
      Lanes lanes = peers.get(message.to());
      if (lanes != null) {
        (message.isBulk() ? lanes.bulk : lanes.urgent).offer(message);
      }
    }
  }

  private void check() {
    if (!closed) {
      long now = System.nanoTime();
      peers.values().forEach(lanes -> lanes.both().forEach(lane -> lane.check(now)));
      for (Lanes lanes : members()) {
        lanes.urgent.connect();
        lanes.urgent.wake(); // So each member hears soon after its start where this node is.
      }
      io.schedule(CHECK_INTERVAL, this::check);
    }
  }

  /// Stops sending; what is queued is dropped.
  @Override
  public void close() {
    closed = true;
    io.execute(() -> peers.values().forEach(lanes -> lanes.both().forEach(PeerLane::close)));
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

  /// Whether a node may say who it is: it must know its incarnation before, or it would be taken
  /// for one that has lost its disk.
  boolean maySpeak(NodeId peer) {
    return incarnation != Incarnation.UNTOLD && !faults.cutsTo(peer);
  }

  /// Says in a batch where this node is reached, and of which incarnation it is.
  void introduce(PeerBatch.Builder batch) {
    batch.setAddress(sender.address.toString()).setIncarnation(incarnation);
  }

  PeerBatch.Builder batchTo(NodeId peer) {
    return PeerBatch.newBuilder()
        .setCluster(sender.cluster)
        .setFrom(sender.id.value())
        .setTo(peer.value());
  }

  void refused(NodeId peer, Address address, Status status) {
    String reason =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    if (status.getCode() == Status.Code.PERMISSION_DENIED) {
      expelled.accept(reason);
    }
    complaints.complain("node " + peer + " at " + address + " refuses this node: " + reason);
  }
}
