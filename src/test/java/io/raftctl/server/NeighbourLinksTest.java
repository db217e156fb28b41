package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.packets.PacketFilter.Peer;
import io.raftctl.server.served.NodeGate;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.grpc.GrpcTransport;
import io.raftctl.transport.grpc.IoThread;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// With whom a node may exchange packets, and where: what a block has to cut.
class NeighbourLinksTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final NodeId THREE = new NodeId("3");

  private final IoThread io = new IoThread("test");
  private final EchoNode node = new EchoNode(ONE);
  private GrpcTransport transport;
  private Neighbours neighbours;

  @BeforeEach
  void meetTwo() {
    NodeSettings settings = TestServer.settings("1", Map.of("2", at("two", 1)));
    NodeGate gate = new NodeGate(ONE);
    gate.open(node);
    neighbours = new Neighbours(settings, gate);
    transport =
        new GrpcTransport(
            new GrpcTransport.Sender("test", ONE, at("one", 1)),
            io,
            new Faults(ONE),
            new Traffic(),
            line -> {},
            reason -> {});
    neighbours.connect(transport);
    node.role = "follower";
    node.members = Configuration.of(Set.of(ONE, TWO));
  }

  @AfterEach
  void leave() {
    transport.close();
    node.close();
    io.close();
  }

  private static Address at(String host, int port) {
    return new Address(host + ".invalid", port);
  }

  @Test
  void theyAreThoseOfTheSettingsAtFirst() {
    assertThat(neighbours.links()).containsExactly(new Peer(TWO, at("two", 1), true));
  }

  @Test
  void theLogSaysWhoElseAndWhere() {
    TreeMap<NodeId, String> addresses = new TreeMap<>();
    addresses.put(TWO, at("moved", 2).toString());
    addresses.put(THREE, at("three", 3).toString());
    TreeSet<NodeId> none = new TreeSet<>();
    neighbours.follow(
        new Configuration(
            new TreeSet<>(Set.of(ONE, TWO, THREE)),
            none,
            none,
            none,
            none,
            addresses,
            new TreeMap<>()));
    assertThat(neighbours.links())
        .containsExactly(
            new Peer(TWO, at("moved", 2), true), new Peer(THREE, at("three", 3), true));
  }

  @Test
  void aMemberThatHasMovedAndAStrangerAreKnownByTheirOwnWord() {
    assertThat(neighbours.refusal(TWO, 1, at("moved", 2))).isNull();
    assertThat(neighbours.refusal(THREE, 1, at("three", 3))).isNull();
    assertThat(neighbours.links())
        .containsExactly(
            new Peer(TWO, at("two", 1), true),
            new Peer(TWO, at("moved", 2), false),
            new Peer(THREE, at("three", 3), false));
  }

  @Test
  void whoIsWhereItIsKnownToBeIsThereOnce() {
    assertThat(neighbours.refusal(TWO, 1, at("two", 1))).isNull();
    assertThat(neighbours.refusal(TWO, 1, null)).isNull();
    assertThat(neighbours.links()).containsExactly(new Peer(TWO, at("two", 1), true));
  }
}
