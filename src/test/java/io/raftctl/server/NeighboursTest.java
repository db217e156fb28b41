package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.raftctl.proto.v1.AdminGrpc;
import io.raftctl.proto.v1.ChangeMembersRequest;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.transport.Address;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Node 4 follows node 1, which knows where node 4 is and tells it what it is called. What node 4
/// takes node 1 to be at is wrong, or nothing.
class NeighboursTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId FOUR = new NodeId("4");

  private TestServer leader;
  private TestServer follower;

  @AfterEach
  void close() {
    leader.close();
    follower.close();
  }

  /// @param peers what node 4 is told at its start
  private void start(Map<String, Address> peers) throws Exception {
    follower = new TestServer(TestServer.settings("4", peers));
    follower.node.role = "follower";
    follower.node.leader = ONE;
    leader = new TestServer(TestServer.settings("1", Map.of("4", follower.address())));
  }

  private void awaitAnswer() {
    Message reply = new Message.HeartbeatReply(FOUR, ONE, 1, 1, false);
    Await.until(
        "the leader is answered",
        () -> {
          leader.send(new Message.Heartbeat(ONE, FOUR, 1, 1, 0));
          follower.send(reply);
          return leader.node.received.contains(reply);
        });
  }

  private static Address nobodyThere() throws Exception {
    return Address.parse(FreePorts.address());
  }

  /// Nodes 1 and 4 are members; the log says where node 1 is.
  private static Configuration recorded(Address one) {
    return new Configuration(
        new TreeSet<>(List.of(ONE, FOUR)),
        new TreeSet<>(),
        new TreeSet<>(),
        new TreeSet<>(),
        new TreeSet<>(),
        new TreeMap<>(Map.of(ONE, one.toString())),
        new TreeMap<>());
  }

  /// As of two nodes, where nothing is committed that says so unless this one hears it.
  @Test
  void whoHasMovedIsAnsweredBeforeTheLogSaysIt() throws Exception {
    start(Map.of());
    follower.follow(recorded(nobodyThere()));
    awaitAnswer();
  }

  /// As where this one was down while the others wrote into their logs where they are, and moved.
  @Test
  void whoHasMovedIsAnsweredWhereOnlyTheSettingsPlaceIt() throws Exception {
    start(Map.of("1", nobodyThere()));
    follower.follow(Configuration.of(List.of(ONE, FOUR)));
    awaitAnswer();
  }

  /// As a member that may not campaign, and so speaks to nobody by itself.
  @Test
  void whoHasMovedAndSaysNothingIsFound() throws Exception {
    leader = new TestServer(TestServer.settings("1", Map.of("4", nobodyThere())));
    follower = new TestServer(TestServer.settings("4", Map.of("1", leader.address())));
    follower.begins(7);
    Message beat = new Message.Heartbeat(ONE, FOUR, 1, 1, 0);
    Await.until(
        "the silent node is reached",
        () -> {
          leader.send(beat);
          return follower.node.received.contains(beat);
        });
  }

  /// As a member that was told where others are and not who they are.
  @Test
  void whoAsksToBeWrittenDownIsAnsweredBeforeItIs() throws Exception {
    leader = new TestServer(TestServer.settings("1", Map.of("4", nobodyThere())));
    leader.node.role = "follower";
    leader.follow(Configuration.of(List.of(ONE, FOUR)));
    follower = new TestServer(TestServer.settings("4", Map.of()));
    follower.node.role = "follower";
    ChangeMembersRequest wish =
        ChangeMembersRequest.newBuilder()
            .setCluster("test")
            .putAdd("4", follower.address().toString())
            .setVote(true)
            .build();
    ManagedChannel channel = leader.channel();
    assertThatThrownBy(() -> AdminGrpc.newBlockingStub(channel).changeMembers(wish))
        .isInstanceOf(StatusRuntimeException.class);
    Message question = new Message.RequestPreVote(ONE, FOUR, 1, EntryId.NONE);
    Await.until(
        "the vote of the one that has moved is asked for",
        () -> {
          leader.send(question);
          return follower.node.received.contains(question);
        });
  }

  /// As where node 4 has forgotten its term and has to ask members that its log does not know.
  @Test
  void whomAnotherMemberPlacesIsAsked() throws Exception {
    start(Map.of());
    follower.follow(Configuration.of(List.of(FOUR)));
    Map<NodeId, String> told = Map.of(ONE, leader.address().toString());
    Message question = new Message.RequestTerm(FOUR, ONE, 1, 7);
    try (TestServer third =
        new TestServer(TestServer.settings("3", Map.of("4", follower.address())))) {
      third.node.role = "follower";
      Await.until(
          "the one that was named is asked",
          () -> {
            third.send(
                new Message.TermReply(new NodeId("3"), FOUR, 1, 7, List.of(ONE, FOUR), told));
            follower.send(question);
            return leader.node.received.contains(question);
          });
    }
  }

  /// As after a restart with the first part of the log: it begins with members whom the settings of
  /// the first nodes place, and this one was told other settings.
  @Test
  void whomNothingPlacesYetIsAnswered() throws Exception {
    start(Map.of());
    follower.follow(Configuration.of(List.of(ONE)));
    awaitAnswer();
  }
}
