package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.server.served.NodeGate;
import io.raftctl.transport.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Node 4, which joins, and is told by its peers' streams where they are.
class NeighboursTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId FOUR = new NodeId("4");
  private static final Address SEED = new Address("seed.example", 1);
  private static final Address OWN = new Address("four.example", 4);
  private static final Address HERE = new Address("one.example", 1);
  private static final Address THERE = new Address("one.example", 2);

  private final EchoNode node = new EchoNode(FOUR);
  private final NodeGate gate = new NodeGate(FOUR);
  private final Neighbours neighbours = new Neighbours(settings(), gate);

  private static NodeSettings settings() {
    return new NodeSettings(
        "test",
        FOUR,
        OWN,
        new Address("127.0.0.1", 0),
        new TreeMap<>(),
        List.of(SEED),
        Path.of("data"),
        Duration.ofMillis(200),
        Duration.ofMillis(40),
        false,
        false,
        64 << 20,
        null);
  }

  @BeforeEach
  void open() {
    node.role = "learner";
    node.leader = ONE;
    gate.open(node);
  }

  private void follow(Configuration members) {
    node.members = members;
    neighbours.follow(members);
  }

  /// Nodes 1 and 4 are members; the log says where node 1 is.
  private static Configuration recorded(Address one) {
    TreeMap<NodeId, String> addresses = new TreeMap<>();
    addresses.put(ONE, one.toString());
    return new Configuration(
        new TreeSet<>(List.of(ONE)),
        new TreeSet<>(),
        new TreeSet<>(List.of(FOUR)),
        new TreeSet<>(),
        new TreeSet<>(List.of(FOUR)),
        addresses,
        new TreeMap<>());
  }

  /// As after a restart in the middle of the first log: its configuration is the one that the
  /// cluster began with, which places nobody, and node 4 is not told of it by `--peers`.
  @Test
  void aLeaderThatTheLogOfAJoiningNodeDoesNotPlaceYetIsAnswered() {
    follow(Configuration.of(List.of(ONE)));
    assertThat(neighbours.members()).containsOnlyKeys(FOUR);
    assertThat(neighbours.refusal(ONE, Incarnation.UNTOLD, HERE)).isNull();
    assertThat(neighbours.members()).containsEntry(ONE, HERE).containsEntry(FOUR, OWN);
  }

  @Test
  void aMemberThatHasMovedIsAnsweredAtItsNewAddressBeforeTheLogSaysIt() {
    follow(recorded(HERE));
    assertThat(neighbours.refusal(ONE, Incarnation.UNTOLD, THERE)).isNull();
    assertThat(neighbours.members()).containsEntry(ONE, THERE);
    follow(recorded(new Address("one.example", 3)));
    assertThat(neighbours.members()).containsEntry(ONE, new Address("one.example", 3));
  }

  @Test
  void aStrangerIsNoMemberByWhatItSays() {
    follow(recorded(HERE));
    assertThat(neighbours.refusal(new NodeId("9"), Incarnation.UNTOLD, THERE)).isNotNull();
    assertThat(neighbours.members()).containsOnlyKeys(ONE, FOUR);
  }
}
