package io.raftctl.server;

import io.raftctl.node.NodeStatus;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.packets.PacketFilter;
import io.raftctl.server.served.NodeGate;
import io.raftctl.transport.Address;
import io.raftctl.transport.Whereabouts;
import io.raftctl.transport.grpc.Admission;
import io.raftctl.transport.grpc.GrpcTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// The nodes of the cluster as this one knows them: by its settings first, and by its log from then
/// on ([Whereabouts]). The transport follows, and so does whoever shows them.
///
/// A node that is not among them may be a member by entries that this one lacks: the leader that is
/// to bring them, or a candidate who needs this vote. It is heard and answered, and disturbs
/// nobody, as no stranger is voted for while there is a leader (PreVote and loyalty). A leader
/// knows the members, so it tells a stranger that it is one. Whoever was removed for good is told
/// so by all, and so is a member that comes back without its disk.
final class Neighbours implements Admission {
  private final NodeId self;
  private final NodeGate gate;
  private final SortedMap<NodeId, Address> settings;
  private final SortedMap<NodeId, Address> members;
  private volatile @Nullable GrpcTransport transport;

  /// Members that say that they are reached elsewhere than this node knows: it learns so from the
  /// log, unless it is cut off.
  private final SortedMap<NodeId, Address> moved = new ConcurrentSkipListMap<>();

  /// Under which incarnation a member said that it is elsewhere: perhaps before this node knew its
  /// log, which tells whether that is the member.
  private final SortedMap<NodeId, Long> claims = new ConcurrentSkipListMap<>();

  Neighbours(NodeSettings settings, NodeGate gate) {
    this.self = settings.id();
    this.gate = gate;
    this.settings = settings.members();
    this.members = new ConcurrentSkipListMap<>(this.settings);
  }

  /// Where the members are reached, this node included. A view that changes with them.
  SortedMap<NodeId, Address> members() {
    return members;
  }

  /// Where this node listens, which is where it is reached unless the settings say otherwise.
  void listening(Address address) {
    Address advertised = members.get(self);
    if (advertised == null || advertised.port() == 0) {
      members.put(self, address);
    }
  }

  /// Where this node is reached.
  Address own() {
    return members.getOrDefault(self, settings.getOrDefault(self, new Address("127.0.0.1", 0)));
  }

  /// All with whom packets may be exchanged, strangers who were met among them.
  List<PacketFilter.Peer> links() {
    List<PacketFilter.Peer> links = new ArrayList<>();
    members.forEach((member, at) -> links.add(new PacketFilter.Peer(member, at, true)));
    moved.forEach((member, at) -> links.add(new PacketFilter.Peer(member, at, false)));
    GrpcTransport connected = transport;
    if (connected != null) {
      connected.guests().forEach((guest, at) -> links.add(new PacketFilter.Peer(guest, at, false)));
    }
    links.removeIf(link -> link.id().equals(self));
    return links;
  }

  void connect(GrpcTransport connecting) {
    transport = connecting;
    connecting.follow(members);
  }

  /// The log says who belongs to the cluster now. Called by the node's thread.
  void follow(Configuration configuration) {
    SortedMap<NodeId, Address> now = Whereabouts.of(configuration, settings);
    now.put(self, own());
    members.putAll(now);
    members.keySet().retainAll(now.keySet());
    moved.clear(); // Whoever is elsewhere still says so again.
    GrpcTransport connected = transport;
    if (connected != null) {
      connected.follow(now);
      claims.forEach(
          (node, incarnation) -> {
            Address at = now.get(node);
            if (at != null && configuration.disowns(node, incarnation)) {
              connected.hear(node, at);
            }
          });
    }
  }

  @Override
  public @Nullable Refusal refusal(NodeId node, long incarnation, @Nullable Address address) {
    NodeStatus status = gate.status();
    // Only what is committed expels: an entry that is in the log only may be taken out again.
    if (status.committedMembers().disowns(node, incarnation)) {
      return new Refusal(true, Change.refusalOfDisowned(node));
    }
    if (status.removed().contains(node)) {
      return new Refusal(true, Change.refusalOfRemoved(node));
    }
    Address known = members.get(node);
    if (known != null || status.members().contains(node)) {
      // Who has another directory than the member is not to draw off what is meant for the member.
      if (!status.members().disowns(node, incarnation)) {
        claims.put(node, incarnation);
        hear(node, known, address);
      }
      return null;
    }
    GrpcTransport connected = transport;
    if (status.role().equals("leader") || address == null || connected == null) {
      return new Refusal(false, "node " + node + " is no member; add it with 'raftctl member add'");
    }
    connected.meet(node, address);
    return null;
  }

  /// A member says where it is, and is answered there if it is not where it is taken to be, or is
  /// not placed anywhere: so do the first entries of a log to a node that joins, and whoever is not
  /// answered would take this node for dead.
  private void hear(NodeId member, @Nullable Address known, @Nullable Address said) {
    GrpcTransport connected = transport;
    if (said == null || connected == null) {
      return;
    }
    if (known == null) {
      connected.meet(member, said);
      return;
    }
    if (!known.equals(said)) {
      moved.put(member, said);
    }
    connected.hear(member, said);
  }

  /// A member asks this node to have the cluster write down where it is. It is answered there at
  /// once: perhaps nobody can write anything as long as it is not found.
  void introduced(NodeId member, Address address) {
    if (!member.equals(self) && gate.status().members().contains(member)) {
      hear(member, members.get(member), address);
    }
  }

  /// Another member tells where members are. Whom this node's log does not know is asked there, if
  /// it has to be asked ([io.raftctl.raft.rejoin]).
  void hearOf(Map<NodeId, String> addresses) {
    GrpcTransport connected = transport;
    if (connected != null) {
      addresses.forEach(
          (node, at) -> {
            if (!node.equals(self) && !members.containsKey(node)) {
              connected.meet(node, Address.parse(at));
            }
          });
    }
  }
}
