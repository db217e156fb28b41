package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.served.NodeGate;
import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.grpc.Admission;
import io.raftctl.transport.grpc.GrpcTransport;
import io.raftctl.transport.grpc.IoThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whom node 4, which joins and knows nobody by its settings, hears and answers.
class NeighbourAdmissionTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final NodeId FOUR = new NodeId("4");

  private final EchoNode node = new EchoNode(FOUR);
  private final NodeGate gate = new NodeGate(FOUR);
  private final IoThread io = new IoThread("io-4");
  private final Neighbours neighbours = new Neighbours(settings(), gate);
  private GrpcTransport transport;
  private ServerSocket peer;

  @BeforeEach
  void connect() throws IOException {
    node.role = "follower";
    gate.open(node);
    Address own = new Address("127.0.0.1", 4);
    neighbours.listening(own);
    transport =
        new GrpcTransport(
            new GrpcTransport.Sender("test", FOUR, own),
            io,
            new Faults(FOUR),
            new Traffic(),
            _ -> {},
            _ -> {});
    neighbours.connect(transport);
    peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    peer.setSoTimeout(10_000);
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    transport.close();
    io.close();
    node.close();
  }

  @Test
  void aStrangerIsAnsweredWhereItSaysThatItIs() throws IOException {
    node.members = Configuration.EMPTY;
    assertThat(neighbours.refusal(TWO, 7, address())).isNull();
    peer.accept().close();
  }

  /// The first entry of a log names members and no addresses. A leader that comes after the one
  /// that brought it was heard and never answered, so it took this node for silent for ever.
  @Test
  void aMemberOfUnknownAddressIsAnsweredWhereItSaysThatItIs() throws IOException {
    node.members = Configuration.of(List.of(ONE, TWO));
    neighbours.follow(node.members);
    assertThat(neighbours.refusal(TWO, 7, address())).isNull();
    peer.accept().close();
  }

  @Test
  void aMemberThatDoesNotSayWhereItIsIsHeard() {
    node.members = Configuration.of(List.of(ONE, TWO));
    assertThat(neighbours.refusal(TWO, 7, null)).isNull();
  }

  /// A node on an empty directory under the id of a member would draw off what is meant for the
  /// member. Whether it is in the log or committed does not matter: nobody else is to be found so.
  @Test
  void whoHasAnotherDirectoryThanTheMemberIsNotTakenForTheMemberThatMoved() {
    Address known = new Address("127.0.0.1", 2);
    Address elsewhere = new Address("127.0.0.1", 3);
    node.committedMembers = Configuration.EMPTY;
    node.members =
        Configuration.of(List.of(TWO, FOUR)).recording(new TreeMap<>(Map.of(TWO, 7L, FOUR, 4L)));
    neighbours.follow(node.members);
    assertThat(neighbours.refusal(TWO, 7, known)).isNull();
    assertThat(neighbours.refusal(TWO, 9, elsewhere)).as("heard all the same").isNull();
    assertThat(neighbours.links()).noneMatch(link -> link.address().equals(elsewhere));
    assertThat(neighbours.refusal(TWO, 7, elsewhere)).isNull();
    assertThat(neighbours.links()).anyMatch(link -> link.address().equals(elsewhere));
  }

  /// A node binds its ports before it knows its log, so a stranger may come first.
  @Test
  void whoWasTakenForAMemberBeforeTheLogWasKnownIsLeftForTheMember() throws Exception {
    Address known = new Address("127.0.0.1", FreePorts.choose());
    node.members = Configuration.EMPTY;
    transport.follow(Map.of(TWO, known)); // By the settings.
    transport.hear(TWO, address());
    neighbours.members().put(TWO, known);
    assertThat(neighbours.refusal(TWO, 9, address())).isNull();
    Await.until(
        "the stranger is called",
        () -> {
          transport.send(List.of(new Message.Heartbeat(FOUR, TWO, 1, 1, 0)));
          peer.setSoTimeout(100);
          peer.accept();
          return true;
        });
    try (ServerSocket member =
        new ServerSocket(known.port(), 1, InetAddress.getLoopbackAddress())) {
      member.setSoTimeout(10_000);
      node.members = Configuration.of(List.of(TWO, FOUR)).recording(new TreeMap<>(Map.of(TWO, 7L)));
      neighbours.follow(located(node.members, known));
      transport.send(List.of(new Message.Heartbeat(FOUR, TWO, 1, 1, 0)));
      member.accept().close();
    }
  }

  private static Configuration located(Configuration members, Address at) {
    return new Configuration(
        members.voters(),
        members.outgoing(),
        members.learners(),
        members.removed(),
        members.joining(),
        new TreeMap<>(Map.of(TWO, at.toString())),
        members.incarnations());
  }

  @Test
  void aLeaderTellsAStrangerThatItIsNone() {
    node.members = Configuration.of(List.of(ONE, FOUR));
    node.role = "leader";
    Admission.Refusal refusal = neighbours.refusal(TWO, 7, address());
    assertThat(refusal).isNotNull();
    assertThat(refusal.why()).startsWith("node 2 is no member");
  }

  private Address address() {
    return new Address("127.0.0.1", peer.getLocalPort());
  }

  private static NodeSettings settings() {
    return new NodeSettings(
        "test",
        FOUR,
        new Address("127.0.0.1", 0),
        new Address("127.0.0.1", 0),
        new TreeMap<>(),
        List.of(),
        Path.of("unused"),
        Duration.ofMillis(200),
        Duration.ofMillis(40),
        true,
        false,
        64 << 20,
        null);
  }
}
