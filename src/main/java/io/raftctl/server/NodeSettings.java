package io.raftctl.server;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.RaftConfig;
import io.raftctl.server.served.ReservedIds;
import io.raftctl.transport.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that a node is told at its start.
///
/// @param cluster the cluster's id: 1 to 64 letters, digits, `.`, `_` or `-`
/// @param id this node
/// @param listen where clients and peers reach it; port 0 asks for any free one
/// @param http where operators reach it
/// @param peers where the nodes of the cluster are reached; this one may be among them
/// @param join members of a cluster that this node is to join; empty where it is one by `peers`
/// @param data the node's directory; it is made where it does not exist
/// @param electionTimeout the least time without a leader after which the node campaigns
/// @param heartbeat the time between a leader's heartbeats
/// @param faults whether links may be cut on demand
/// @param packets whether a block drops real packets
/// @param snapshotBytes take a snapshot after so many bytes of log
/// @param readyFile written once the node serves, or null
public record NodeSettings(
    String cluster,
    NodeId id,
    Address listen,
    Address http,
    SortedMap<NodeId, Address> peers,
    List<Address> join,
    Path data,
    Duration electionTimeout,
    Duration heartbeat,
    boolean faults,
    boolean packets,
    long snapshotBytes,
    @Nullable Path readyFile) {
  private static final int TICKS_IN_A_HEARTBEAT = 5;
  private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

  public NodeSettings {
    join = List.copyOf(join);
    peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
  }

  /// Whether the node belongs to its cluster only by what the cluster's log says.
  boolean joins() {
    return !join.isEmpty();
  }

  /// Where all nodes of the cluster are reached as far as the settings say, this one included.
  SortedMap<NodeId, Address> members() {
    TreeMap<NodeId, Address> members = new TreeMap<>(peers);
    members.putIfAbsent(id, listen);
    return members;
  }

  /// The same, with the port that was found where any free one was asked for.
  NodeSettings listeningOn(int port) {
    return new NodeSettings(
        cluster,
        id,
        listen.withPort(port),
        http,
        peers,
        join,
        data,
        electionTimeout,
        heartbeat,
        faults,
        packets,
        snapshotBytes,
        readyFile);
  }

  /// A unit of the core's time: fine enough to spread elections, coarse enough to cost nothing.
  Duration tick() {
    return heartbeat.dividedBy(TICKS_IN_A_HEARTBEAT);
  }

  /// @param incarnation of the data directory
  RaftConfig raft(long incarnation) {
    int electionTicks = Math.toIntExact(electionTimeout.dividedBy(tick()));
    return new RaftConfig(
        id,
        incarnation,
        joins() ? List.of() : List.copyOf(members().keySet()),
        electionTicks,
        TICKS_IN_A_HEARTBEAT,
        RaftConfig.Features.DEFAULT,
        RaftConfig.Limits.DEFAULT);
  }

  /// Finds what is wrong with the settings before anything is touched.
  void check() throws StartException {
    if (!cluster.matches("[A-Za-z0-9._-]{1,64}")) {
      throw StartException.usage(
          "'" + cluster + "' is not a cluster id; use 1 to 64 letters, digits, '.', '_' or '-'");
    }
    if (heartbeat.toMillis() < TICKS_IN_A_HEARTBEAT) {
      throw StartException.usage("the heartbeat interval is too short; it must be at least 5ms");
    }
    if (electionTimeout.compareTo(heartbeat.multipliedBy(2)) < 0) {
      throw StartException.usage(
          "the election timeout (%d ms) must be at least twice the heartbeat interval (%d ms)"
              .formatted(electionTimeout.toMillis(), heartbeat.toMillis()));
    }
    if (electionTimeout.compareTo(TIMEOUT_MAX) > 0) {
      throw StartException.usage(
          "the election timeout is too long; it must not be above 10 minutes");
    }
    if (packets && !faults) {
      throw StartException.usage("blocking packets needs faults; add --faults, or drop --packets");
    }
    if (packets && http.port() == 0) {
      throw StartException.usage(
          "blocking packets needs a port to spare; give --http one that is not 0");
    }
    for (NodeId member : members().keySet()) {
      if (ReservedIds.contain(member)) {
        throw StartException.usage(ReservedIds.refusal(member));
      }
    }
    if (joins() && !peers.isEmpty()) {
      throw StartException.usage(
          "a node that joins learns its peers from the cluster; give --join or --peers, not both");
    }
    checkPeers();
  }

  private void checkPeers() throws StartException {
    TreeMap<String, NodeId> owners = new TreeMap<>();
    for (Map.Entry<NodeId, Address> peer : peers.entrySet()) {
      Address address = peer.getValue();
      if (address.port() == 0 && !peer.getKey().equals(id)) {
        throw StartException.usage(
            "peer " + peer.getKey() + " is at no port; give it one that is not 0");
      }
      NodeId other = owners.put(address.toString(), peer.getKey());
      if (other != null && address.port() != 0) {
        throw StartException.usage(
            "nodes %s and %s cannot both be at %s; check --peers"
                .formatted(other, peer.getKey(), address));
      }
    }
    // A node may leave itself out where that makes an odd number of voters, as clusters have. Where
    // the others already are one, it is more likely that the id is wrong.
    boolean looksComplete = peers.size() >= 3 && peers.size() % 2 == 1;
    if (looksComplete && !peers.containsKey(id)) {
      throw StartException.usage(
          "node %s is not among the peers %s; correct --id, or add %s=HOST:PORT to --peers"
              .formatted(id, peers.keySet(), id));
    }
    NodeId owner = owners.get(listen.toString());
    if (owner != null && !owner.equals(id)) {
      throw StartException.usage(
          "node %s is not the one at %s, node %s is; check --id, --listen and --peers"
              .formatted(id, listen, owner));
    }
    if (listen.port() != 0 && listen.equals(http)) {
      throw StartException.usage(
          "--listen and --http are both " + listen + "; give them two ports");
    }
  }
}
