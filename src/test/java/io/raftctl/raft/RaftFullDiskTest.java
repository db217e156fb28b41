package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.accepted;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.room.Room;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A disk that is full ([io.raftctl.raft.room]): nothing is promised that does not fit, and nothing
/// stands still that need not.
class RaftFullDiskTest {
  /// Room for some entries that are no commands, or small ones.
  private static final long A_LITTLE = 2_000;

  private final CoreCluster cluster = new CoreCluster(RaftConfig.Features.DEFAULT, 3);

  private Effects.Reason refusal(int node, long ticket) {
    Effects.Refused refused = cluster.node(node).refused.get(ticket);
    return refused == null ? null : refused.reason();
  }

  /// All nodes live and hear each other for some election timeouts.
  private void letTimePass() {
    for (int tick = 0; tick < 8 * ELECTION_TICKS; tick++) {
      for (int node = 1; node <= 3; node++) {
        cluster.tick(node, 1);
        cluster.deliverAll();
      }
    }
  }

  private List<Integer> leaders() {
    return cluster.nodes().stream()
        .filter(it -> it.raft().leads())
        .map(it -> Integer.valueOf(it.id.value()))
        .toList();
  }

  @Nested
  class ALeader {
    @Test
    void takesNoCommandAndNoneEntersItsLog() {
      CoreCluster alone = new CoreCluster(1);
      alone.elect(1);
      alone.fill(1, A_LITTLE);
      long refused = alone.propose(1, "x");
      assertThat(alone.node(1).refused.get(refused).reason()).isEqualTo(Effects.Reason.NO_ROOM);
      assertThat(alone.node(1).log()).isEqualTo("1");

      long read = alone.read(1);
      assertThat(alone.node(1).readable).containsEntry(read, 1L);

      alone.makeRoom(1);
      alone.propose(1, "y");
      assertThat(alone.raft(1).commitIndex()).isEqualTo(2);
    }

    @Test
    void givesItsLeadershipToWhoeverHasRoomOnceAllIsCommitted() {
      cluster.elect(1);
      long taken = cluster.propose(1, "taken");
      cluster.fill(1, A_LITTLE);
      cluster.fill(2, A_LITTLE);
      letTimePass();
      assertThat(leaders()).containsExactly(3);
      assertThat(cluster.node(1).accepted).containsKey(taken);
      assertThat(cluster.node(1).applied).hasSize(3);

      long next = cluster.propose(3, "next");
      assertThat(refusal(3, next)).isEqualTo(Effects.Reason.NO_ROOM_AT_QUORUM);
      cluster.makeRoom(2);
      letTimePass();
      cluster.propose(3, "again");
      cluster.deliverAll();
      assertThat(cluster.node(3).log()).endsWith(":again");
      assertThat(cluster.raft(3).commitIndex()).isEqualTo(cluster.raft(3).last().index());
    }

    @Test
    void leadsOnAndAnswersReadsWhereNobodyHasRoom() {
      cluster.elect(1);
      for (int node = 1; node <= 3; node++) {
        cluster.fill(node, A_LITTLE);
      }
      letTimePass();
      assertThat(leaders()).containsExactly(1);
      assertThat(cluster.raft(1).term()).isEqualTo(1);
      long read = cluster.read(1);
      cluster.deliverAll();
      assertThat(cluster.node(1).readable).containsKey(read);
      assertThat(refusal(1, cluster.propose(1, "x"))).isEqualTo(Effects.Reason.NO_ROOM);
    }

    @Test
    void takesNoCommandThatNoMajorityHasRoomFor() {
      cluster.elect(1);
      cluster.fill(2, A_LITTLE);
      cluster.fill(3, A_LITTLE);
      cluster.heartbeat(1);
      cluster.deliverAll();
      long refused = cluster.propose(1, "x");
      assertThat(refusal(1, refused)).isEqualTo(Effects.Reason.NO_ROOM_AT_QUORUM);
      cluster.makeRoom(3);
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.propose(1, "y");
      cluster.deliverAll();
      assertThat(cluster.node(1).log()).isEqualTo("1 1:y");
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
    }

    @Test
    void handsOverToNobodyWithoutRoomNotEvenOnRequest() {
      cluster.elect(1);
      cluster.fill(2, A_LITTLE);
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(refusal(1, cluster.transfer(1, 2))).isEqualTo(Effects.Reason.NO_TARGET);
      long anybody = cluster.transfer(1, 0);
      letTimePass();
      assertThat(cluster.node(1).transferred).containsEntry(anybody, id(3));
    }

    /// As at the end of its process: any leader is better than none.
    @Test
    void handsOverToWhoeverIsThereWhereNobodyHasRoom() {
      cluster.elect(1);
      cluster.fill(2, A_LITTLE);
      cluster.fill(3, A_LITTLE);
      cluster.heartbeat(1);
      cluster.deliverAll();
      long wish = cluster.transfer(1, 0);
      cluster.deliverAll();
      assertThat(cluster.node(1).transferred).containsKey(wish);
      assertThat(leaders()).doesNotContain(1).hasSize(1);
    }

    /// An answer that was long on the way must not hide what came before it.
    @Test
    void believesTheNewestWordAboutAPeersRoom() {
      cluster.elect(1);
      cluster.fill(2, A_LITTLE);
      cluster.fill(3, A_LITTLE);
      cluster.heartbeat(1);
      cluster.deliver(every(Message.Heartbeat.class));
      List<Message> late = cluster.take(every(Message.HeartbeatReply.class));
      cluster.makeRoom(2);
      cluster.heartbeat(1);
      cluster.deliverAll();
      late.forEach(cluster::deliver);
      cluster.propose(1, "x");
      assertThat(cluster.node(1).log()).endsWith(":x");
    }

    @Test
    void changesTheMembersOnlyWhereTheNewOnesFit() {
      cluster.elect(1);
      cluster.fill(1, 100);
      long refused = cluster.change(1, "1,2", "");
      assertThat(refusal(1, refused)).isEqualTo(Effects.Reason.NO_ROOM);
      cluster.fill(1, A_LITTLE);
      long taken = cluster.change(1, "1,2", "");
      assertThat(cluster.node(1).accepted).containsKey(taken);
    }
  }

  @Nested
  class AFollower {
    private final CoreNode node = CoreNode.of(2, 3, "1");

    private final long oneByte = Room.bytesOf(new Entry(at(2, 1), Entry.Kind.COMMAND, new byte[1]));

    @Test
    void takesWhatFitsAndVouchesForThatOnly() {
      node.room(new Room(true, 2 * oneByte, 0));
      node.receive(append(1, 2, 1, at(1, 1), "1:a 1:b 1:c", 4));
      assertThat(node.log()).isEqualTo("1 1:a 1:b");
      assertThat(node.takeSent()).containsExactly(accepted(2, 1, 1, 3));
      assertThat(node.raft().commitIndex()).isEqualTo(3);
    }

    @Test
    void keepsSilentWhereNothingFitsAndItsLogIsAsItWas() {
      CoreNode behind = CoreNode.of(2, 3, "1 1:old");
      behind.room(new Room(true, oneByte - 1, 0));
      behind.receive(append(1, 2, 2, at(1, 1), "2:a", 2));
      assertThat(behind.log()).isEqualTo("1 1:old");
      assertThat(behind.raft().commitIndex()).isEqualTo(1);
      assertThat(behind.takeSent()).isEmpty();
      behind.receive(new Message.Heartbeat(id(1), id(2), 2, 7, 1));
      assertThat(behind.takeSent())
          .containsExactly(new Message.HeartbeatReply(id(2), id(1), 2, 7, true));
    }

    @Test
    void vouchesForWhatItHoldsAlreadyAlthoughItIsFull() {
      node.room(new Room(true, 0, 0));
      node.receive(append(1, 2, 1, at(0, 0), "1", 1));
      assertThat(node.takeSent()).containsExactly(accepted(2, 1, 1, 1));
    }

    @Test
    void keepsTheLastOfItsRoomForWhatIsNoCommand() {
      node.room(new Room(true, 3 * oneByte, 2 * oneByte));
      node.receive(append(1, 2, 1, at(1, 1), "1:a 1:b", 1));
      assertThat(node.log()).isEqualTo("1 1:a");
      node.receive(append(1, 2, 2, at(2, 1), "2", 1));
      assertThat(node.log()).isEqualTo("1 1:a 2");
    }

    @Test
    void votes() {
      node.room(new Room(true, 0, 0));
      node.receive(requestVote(1, 2, 2, at(1, 1)));
      assertThat(node.takeSent()).containsExactly(vote(2, 1, 2, true));
    }

    @Test
    void goesOnByItselfOnceThereIsRoomAndIsNotFloodedBefore() {
      cluster.elect(1);
      cluster.fill(3, 0);
      for (int proposal = 0; proposal < 20; proposal++) {
        cluster.propose(1, "x");
        cluster.deliverAll();
      }
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(21);
      assertThat(cluster.node(3).log()).isEqualTo("1");
      int[] probes = new int[1];
      cluster.observe(
          message -> probes[0] += message instanceof AppendEntries && to(3).test(message) ? 1 : 0);
      letTimePass();
      assertThat(probes[0]).isLessThan(8 * ELECTION_TICKS / 4);
      assertThat(leaders()).containsExactly(1);
      cluster.makeRoom(3);
      letTimePass();
      assertThat(cluster.node(3).log()).isEqualTo(cluster.node(1).log());
    }
  }

  @Nested
  class ACandidate {
    @Test
    void needsRoomForTheEntryThatOpensItsTerm() {
      cluster.fill(1, 100);
      cluster.tick(1, 20 * ELECTION_TICKS);
      assertThat(cluster.wire()).isEmpty();
      assertThat(cluster.raft(1).term()).isZero();
      cluster.makeRoom(1);
      cluster.elect(1);
      assertThat(cluster.raft(1).leads()).isTrue();
    }

    @Test
    void whoseRoomIsGoneBeforeItsVotesComeDoesNotLead() {
      CoreCluster paper = new CoreCluster(3);
      paper.timeout(1);
      paper.fill(1, 100);
      paper.deliverAll();
      assertThat(paper.raft(1).leads()).isFalse();
      paper.tick(1, 20 * ELECTION_TICKS);
      assertThat(paper.raft(1).term()).isEqualTo(1);
    }

    @Test
    void whoIsShortOfRoomLetsAllOthersGoFirst() {
      cluster.fill(1, A_LITTLE);
      cluster.deliver(vote(2, 1, 1, false)); // A newer term: the wait begins anew.
      cluster.tick(1, 3 * ELECTION_TICKS - 1);
      assertThat(cluster.wire()).isEmpty();
      cluster.tick(1, ELECTION_TICKS + 1);
      assertThat(cluster.wire()).isNotEmpty();
      cluster.deliverAll();
      assertThat(cluster.raft(1).leads()).isTrue();
    }
  }
}
