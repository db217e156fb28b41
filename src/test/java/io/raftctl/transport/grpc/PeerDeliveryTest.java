package io.raftctl.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.raftctl.proto.v1.AppendEntries;
import io.raftctl.proto.v1.Arrived;
import io.raftctl.proto.v1.LogEntry;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.proto.v1.PeerGrpc;
import io.raftctl.proto.v1.PeerMessage;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.transport.Address;
import io.raftctl.transport.Link;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Messages between nodes over real sockets.
class PeerDeliveryTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final NodeId THREE = new NodeId("3");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicLong round = new AtomicLong();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private WiredNode node(String id, int port) throws Exception {
    WiredNode node = new WiredNode("test", id, port, "1", "2", "3");
    open.add(node);
    return node;
  }

  /// Nodes 1 and 2, connected.
  private List<WiredNode> pair() throws Exception {
    WiredNode one = node("1", 0);
    WiredNode two = node("2", 0);
    Map<NodeId, Address> addresses = Map.of(ONE, one.address(), TWO, two.address());
    one.connect(addresses);
    two.connect(addresses);
    return List.of(one, two);
  }

  private Message.Heartbeat heartbeat(NodeId from, NodeId to) {
    return new Message.Heartbeat(from, to, 1, round.incrementAndGet(), 0);
  }

  private static Message.AppendEntries append(NodeId from, NodeId to, int bytes) {
    Entry entry = new Entry(new EntryId(1, 1), Entry.Kind.COMMAND, new byte[bytes]);
    return new Message.AppendEntries(from, to, 1, EntryId.NONE, List.of(entry), 0);
  }

  /// Sends heartbeats until one that was sent after the call arrives.
  private void awaitArrival(WiredNode from, WiredNode to) {
    awaitArrival(from, to, Duration.ofSeconds(30));
  }

  private void awaitArrival(WiredNode from, WiredNode to, Duration atMost) {
    long before = round.get();
    Await.until(
        "a heartbeat from " + from.id + " arrives at " + to.id,
        atMost,
        () -> {
          from.send(heartbeat(from.id, to.id));
          return to.received.stream()
              .anyMatch(it -> it instanceof Message.Heartbeat beat && beat.round() > before);
        });
  }

  /// Waits until nothing is on the way, which would count as dropped by a block that comes next.
  private void awaitAllArrived(WiredNode from, WiredNode to) {
    Message last = heartbeat(from.id, to.id);
    from.send(last);
    Await.until("the last heartbeat arrives", () -> to.received.contains(last));
  }

  @Test
  void messagesArriveBothWays() throws Exception {
    List<WiredNode> pair = pair();
    Message vote = new Message.RequestVote(ONE, TWO, 4, new EntryId(3, 8), false);
    Message reply = new Message.VoteReply(TWO, ONE, 4, true);

    pair.get(0).send(vote);
    pair.get(1).send(reply);

    Await.until("the vote arrives", () -> pair.get(1).received.contains(vote));
    Await.until("the reply arrives", () -> pair.get(0).received.contains(reply));
  }

  @Test
  void anEntryOfTheLargestSizePassesAmongOthers() throws Exception {
    List<WiredNode> pair = pair();
    for (int bytes : new int[] {1, 2 << 20, 1, (1 << 20) + 17, 0}) {
      pair.get(0).send(append(ONE, TWO, bytes));
    }
    Await.until("all five arrive", () -> pair.get(1).received.size() == 5);
  }

  @Test
  void blockingANodeCutsOpenConnectionsBothWaysAndHeals() throws Exception {
    List<WiredNode> pair = pair();
    WiredNode one = pair.get(0);
    WiredNode two = pair.get(1);
    awaitArrival(one, two);
    awaitArrival(two, one);
    awaitAllArrived(one, two);
    awaitAllArrived(two, one);

    one.faults.block();
    Message fromBlocked = heartbeat(ONE, TWO);
    Message toBlocked = heartbeat(TWO, ONE);
    long droppedBefore = one.traffic.droppedByFault.sum();
    one.send(fromBlocked);
    two.send(toBlocked);
    Await.until("both are dropped", () -> one.traffic.droppedByFault.sum() >= droppedBefore + 2);

    one.faults.unblock();
    awaitArrival(one, two);
    awaitArrival(two, one);
    assertThat(two.received).doesNotContain(fromBlocked);
    assertThat(one.received).doesNotContain(toBlocked);
  }

  @Test
  void aSingleDirectionLeavesTheOtherOne() throws Exception {
    List<WiredNode> pair = pair();
    WiredNode one = pair.get(0);
    WiredNode two = pair.get(1);
    awaitArrival(one, two);

    one.faults.block(new Link(ONE, TWO));
    Message cut = heartbeat(ONE, TWO);
    one.send(cut);
    awaitArrival(two, one);
    Await.until("it is dropped", () -> one.traffic.droppedByFault.sum() >= 1);

    one.faults.unblock(new Link(ONE, TWO));
    awaitArrival(one, two);
    assertThat(two.received).doesNotContain(cut);
  }

  @Test
  void theReceivingEndCutsADirectionToo() throws Exception {
    List<WiredNode> pair = pair();
    WiredNode one = pair.get(0);
    WiredNode two = pair.get(1);
    awaitArrival(one, two);

    two.faults.block(new Link(ONE, TWO));
    Message cut = heartbeat(ONE, TWO);
    one.send(cut);
    Await.until("it is dropped", () -> two.traffic.droppedByFault.sum() >= 1);
    awaitArrival(two, one);

    two.faults.unblock();
    awaitArrival(one, two);
    assertThat(two.received).doesNotContain(cut);
  }

  @Test
  void aBlockDropsWhatIsQueuedAlready() throws Exception {
    WiredNode one = node("1", 0);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      one.connect(Map.of(TWO, new Address("127.0.0.1", silent.getLocalPort())));
      for (int i = 0; i < 100; i++) {
        one.send(heartbeat(ONE, TWO)); // Nobody speaks HTTP/2 there, so they stay queued.
      }
      one.faults.block();
    }
    // The socket's backlog is gone, and so is the connection: what waited is dropped.
    Await.until(
        "all are dropped",
        () -> one.traffic.droppedByQueue.sum() + one.traffic.droppedByFault.sum() == 100);
    assertThat(one.traffic.sent.sum()).isZero();
  }

  @Test
  void aRestartedPeerIsReachedAgainAtOnceHoweverOftenItRestarts() throws Exception {
    List<WiredNode> pair = pair();
    awaitArrival(pair.get(0), pair.get(1));
    int port = pair.get(1).address().port();
    for (int i = 0; i < 3; i++) {
      open.removeLast().close();
      Await.until(
          "the loss is noticed",
          () -> {
            pair.get(0).send(heartbeat(ONE, TWO));
            return pair.get(0).traffic.droppedByQueue.sum() > 0;
          });
      WiredNode again = node("2", port);
      awaitArrival(pair.get(0), again, Duration.ofSeconds(5)); // gRPC itself would wait longer.
    }
  }

  @Test
  void aPeerThatStartsLateIsReached() throws Exception {
    int port = FreePorts.choose();
    WiredNode one = node("1", 0);
    one.connect(Map.of(TWO, new Address("127.0.0.1", port)));
    Await.until(
        "the peer is found missing",
        () -> {
          one.send(heartbeat(ONE, TWO));
          return one.traffic.droppedByQueue.sum() > 0;
        });
    awaitArrival(one, node("2", port));
  }

  @Test
  void aConnectionThatSwallowsEverythingIsGivenUp() throws Exception {
    WiredNode one = node("1", 0);
    ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    int port = silent.getLocalPort();
    one.connect(Map.of(TWO, new Address("127.0.0.1", port)));
    try (silent;
        Socket first = silent.accept()) {
      assertThat(first.isConnected()).isTrue();
      one.send(heartbeat(ONE, TWO));
      Await.until("it is given up", () -> one.traffic.droppedByQueue.sum() == 1);
    }
    awaitArrival(one, node("2", port));
  }

  @Test
  void aPeerThatDoesNotKeepUpCostsOnlyItsOwnQueue() throws Exception {
    WiredNode one = node("1", 0);
    WiredNode three = node("3", 0);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      one.connect(
          Map.of(TWO, new Address("127.0.0.1", silent.getLocalPort()), THREE, three.address()));
      Message large = append(ONE, TWO, 1 << 20);
      for (int i = 0; i < 64; i++) {
        one.send(large);
      }
      assertThat(one.traffic.droppedByQueue.sum()).isGreaterThanOrEqualTo(48);
      awaitArrival(one, three);
    }
  }

  @Test
  void anotherClusterIsRefusedBeforeItsTermIsRead() throws Exception {
    WiredNode two = node("2", 0);
    WiredNode stranger = new WiredNode("other", "1", 0, "1", "2");
    open.add(stranger);
    stranger.connect(Map.of(TWO, two.address()));

    stranger.send(new Message.RequestVote(ONE, TWO, 1_000_000, EntryId.NONE, false));

    Await.until("the stranger is told", () -> !stranger.log.isEmpty());
    assertThat(stranger.log.element())
        .isEqualTo(
            ("node 2 at %s refuses this node: it calls itself of cluster 'other',"
                    + " and what it reached is of 'test'")
                .formatted(two.address()));
    assertThat(two.log.element())
        .contains("it calls itself of cluster 'other', and what it reached is of 'test'");
    assertThat(two.received).isEmpty();
  }

  @Test
  void whoLooksForSomebodyElseIsRefused() throws Exception {
    WiredNode two = node("2", 0);
    Status status = refusal(two, batch("test", "1", "3"));
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).isEqualTo("it looks for node '3', this is node '2'");
    assertThat(two.received).isEmpty();
  }

  @Test
  void whoIsNoMemberIsRefused() throws Exception {
    WiredNode two = node("2", 0);
    for (String from : new String[] {"4", "2", "", "\n' OR 1"}) {
      Status status = refusal(two, batch("test", from, "2"));
      assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }
    assertThat(two.received).isEmpty();
    assertThat(two.log).hasSize(1); // The others wait for their ten seconds.
  }

  @Test
  void whoSendsSaysOfWhichIncarnationItIs() throws Exception {
    List<WiredNode> pair = pair();
    awaitArrival(pair.get(0), pair.get(1));
    awaitArrival(pair.get(0), pair.get(1)); // Said once on each stream, and known from then on.
    assertThat(pair.get(1).met).containsEntry(ONE, 101L);
  }

  @Test
  void whoWasRemovedIsToldSoOnce() throws Exception {
    List<WiredNode> pair = pair();
    pair.get(1).removed.add(ONE);
    pair.get(0).send(heartbeat(ONE, TWO));
    Await.until("it is told", () -> !pair.get(0).expelled.isEmpty());
    assertThat(pair.get(0).expelled.peek()).isEqualTo("node 1 was removed");
    assertThat(pair.get(1).received).isEmpty();
  }

  @Test
  void aMemberThatMovedIsReachedAtItsNewAddressAndOneThatLeftIsNot() throws Exception {
    List<WiredNode> pair = pair();
    WiredNode one = pair.get(0);
    awaitArrival(one, pair.get(1));
    WiredNode moved = node("2", 0);
    one.transport.follow(Map.of(TWO, moved.address()));
    awaitArrival(one, moved);

    awaitAllArrived(one, moved);
    int before = moved.received.size();
    WiredNode three = node("3", 0);
    one.transport.follow(Map.of(THREE, three.address()));
    one.send(heartbeat(ONE, TWO));
    awaitArrival(one, three);
    assertThat(moved.received).hasSize(before);
  }

  @Test
  void whoCannotBeReachedWhereItIsTakenToBeIsReachedWhereItSays() throws Exception {
    WiredNode one = node("1", 0);
    WiredNode two = node("2", 0);
    one.connect(Map.of(TWO, new Address("127.0.0.1", FreePorts.choose())));
    one.send(heartbeat(ONE, TWO));
    one.transport.hear(TWO, two.address());
    awaitArrival(one, two);
  }

  @Test
  void whatANodeCallsItselfIsNotTriedWhereItIsReached() throws Exception {
    List<WiredNode> pair = pair();
    WiredNode impostor = node("2", 0);
    pair.get(0).transport.hear(TWO, impostor.address());
    awaitArrival(pair.get(0), pair.get(1));
    assertThat(impostor.received).isEmpty();
  }

  @Test
  void whoIsMetIsAnsweredBeforeTheConfigurationNamesIt() throws Exception {
    List<WiredNode> pair = pair();
    WiredNode three = node("3", 0);
    pair.get(0).transport.meet(THREE, three.address());
    awaitArrival(pair.get(0), three);
    pair.get(0).transport.follow(Map.of(TWO, pair.get(1).address()));
    awaitArrival(pair.get(0), three);
  }

  @Test
  void aMalformedMessageEndsTheStreamAndNothingOfItsBatchIsDelivered() throws Exception {
    WiredNode two = node("2", 0);
    PeerBatch.Builder batch =
        batch("test", "1", "2")
            .addMessages(
                PeerMessage.newBuilder()
                    .setTerm(1)
                    .setAppendEntries(
                        AppendEntries.newBuilder()
                            .addEntries(LogEntry.newBuilder().setTerm(1).setIndex(9))));
    Status status = refusal(two, batch);
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("cannot follow");
    assertThat(two.received).isEmpty();
    assertThat(two.log).hasSize(1);

    WiredNode one = node("1", 0);
    one.connect(Map.of(TWO, two.address()));
    awaitArrival(one, two);
  }

  private PeerBatch.Builder batch(String cluster, String from, String to) {
    return PeerBatch.newBuilder()
        .setCluster(cluster)
        .setFrom(from)
        .setTo(to)
        .addMessages(MessageCodec.encode(heartbeat(ONE, TWO)));
  }

  /// Sends the batch as a hostile node would, and returns how the stream ends.
  private Status refusal(WiredNode node, PeerBatch.Builder batch) throws Exception {
    IoThread io = new IoThread("hostile");
    open.add(io);
    ManagedChannel channel =
        Channels.open(io, new InetSocketAddress("127.0.0.1", node.address().port()));
    CompletableFuture<Status> end = new CompletableFuture<>();
    StreamObserver<PeerBatch> requests =
        PeerGrpc.newStub(channel)
            .deliver(
                new StreamObserver<Arrived>() {
                  @Override
                  public void onNext(Arrived arrived) {}

                  @Override
                  public void onError(Throwable error) {
                    end.complete(Status.fromThrowable(error));
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(Status.OK);
                  }
                });
    requests.onNext(batch.build());
    try {
      return end.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }
}
