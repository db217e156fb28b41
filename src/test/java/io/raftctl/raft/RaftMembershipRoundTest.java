package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.nodes;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.Heartbeat;
import io.raftctl.raft.Message.HeartbeatReply;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.room.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who is to vote from now on must be there now: a change of the voters waits for a round of
/// heartbeats that begins no earlier than the wish, and for the answers of those who are to decide.
/// Nodes 1 to 3 are the cluster, nodes 4 and 5 wait to be added. See [RaftMembershipTest] first.
class RaftMembershipRoundTest {
  private final CoreCluster cluster =
      new CoreCluster(RaftConfig.Features.DEFAULT, RaftConfig.Limits.DEFAULT, 3, 5);

  @BeforeEach
  void elect() {
    cluster.elect(1);
    cluster.heartbeat(1);
    cluster.deliverAll();
  }

  private Effects.Reason refusal(long ticket) {
    Effects.Refused refused = cluster.node(1).refused.get(ticket);
    return refused == null ? null : refused.reason();
  }

  private SortedSet<NodeId> voters() {
    return cluster.raft(1).members().voters();
  }

  /// Nodes 4 and 5 learn, and have caught up.
  private void learnBoth() {
    cluster.change(1, "1,2,3", "4,5");
    cluster.deliverAll();
    cluster.heartbeat(1);
    cluster.deliverAll();
  }

  @Nested
  class TheRound {
    /// All were heard a moment ago, and two of three answer: but not two of those who would stay.
    @Test
    void ofThreeNoneIsRemovedRightAfterAnotherOneCrashed() {
      cluster.crash(3);
      long wish = cluster.change(1, "1,3", "");
      assertThat(voters()).isEqualTo(nodes("1,2,3"));
      cluster.tickHeard(1, ELECTION_TICKS);
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.NO_QUORUM);
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(cluster.raft(1).last().index());
    }

    @Test
    void whoCrashedCanBeRemovedAtOnce() {
      cluster.crash(3);
      long wish = cluster.change(1, "1,2", "");
      cluster.deliverAll();
      assertThat(cluster.node(1).accepted).containsKey(wish);
      assertThat(cluster.raft(2).members().voters()).isEqualTo(nodes("1,2"));
    }

    @Test
    void anAnswerToARoundThatBeganBeforeTheWishSaysNothing() {
      cluster.heartbeat(1);
      cluster.deliver(every(Heartbeat.class));
      long wish = cluster.wish(1, "1,3", "");
      cluster.drop(every(Heartbeat.class));
      cluster.deliver(every(HeartbeatReply.class));
      assertThat(cluster.node(1).accepted).doesNotContainKey(wish);
      cluster.tickHeard(1, 3);
      assertThat(cluster.node(1).accepted).as("by the next round").containsKey(wish);
    }

    @Test
    void noOtherWordOfANodeStandsForItsAnswer() {
      cluster.propose(1, "x");
      cluster.deliver(every(Message.AppendEntries.class));
      long wish = cluster.wish(1, "1,3", "");
      cluster.deliver(every(Message.AppendAccepted.class));
      assertThat(cluster.node(1).accepted).doesNotContainKey(wish);
      assertThat(voters()).isEqualTo(nodes("1,2,3"));
    }

    /// What is lost comes again with the next heartbeat, and each node may answer another round.
    @Test
    void theAnswersMayBeToDifferentRounds() {
      learnBoth();
      long wish = cluster.wish(1, "1,2,3,4", "5");
      cluster.drop(every(Heartbeat.class).and(to(2).negate()));
      cluster.deliver(every(Heartbeat.class));
      cluster.deliver(every(HeartbeatReply.class));
      assertThat(cluster.node(1).accepted).doesNotContainKey(wish);
      cluster.heartbeat(1);
      cluster.drop(every(Heartbeat.class).and(to(4).negate()));
      cluster.deliver(every(Heartbeat.class));
      cluster.deliver(every(HeartbeatReply.class));
      assertThat(cluster.node(1).accepted).containsKey(wish);
    }

    @Test
    void aWishIsRefusedAfterAnElectionTimeoutAndNotBefore() {
      cluster.crash(3);
      long wish = cluster.wish(1, "1,3", "");
      cluster.tickHeard(1, ELECTION_TICKS - 1);
      assertThat(refusal(wish)).isNull();
      cluster.tickHeard(1, 1);
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.NO_QUORUM);

      cluster.restart(3);
      cluster.tickHeard(1, ELECTION_TICKS);
      assertThat(voters()).as("what was refused never happens").isEqualTo(nodes("1,2,3"));
      assertThat(cluster.node(1).accepted).containsKey(cluster.change(1, "1,3", ""));
    }

    @Test
    void theLoopIsWokenWhenTheTimeIsOver() {
      cluster.crash(3);
      cluster.wish(1, "1,3", "");
      cluster.tickHeard(1, ELECTION_TICKS - 1);
      assertThat(cluster.raft(1).ticksToSpare()).isEqualTo(1);
    }

    @Test
    void aLeaderThatGoesDoesNotAnswerForThoseThatStay() {
      cluster.crash(3);
      long wish = cluster.change(1, "2,3", "");
      cluster.tickHeard(1, ELECTION_TICKS);
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.NO_QUORUM);
    }

    @Test
    void whoIsAloneHasAnsweredAtOnce() {
      CoreCluster two =
          new CoreCluster(RaftConfig.Features.DEFAULT, RaftConfig.Limits.DEFAULT, 2, 2);
      two.elect(1);
      long wish = two.wish(1, "1", "");
      assertThat(two.node(1).accepted).containsKey(wish);
    }

    @Test
    void whereTheVotersStayNobodyIsAsked() {
      cluster.crash(2);
      long learner = cluster.wish(1, "1,2,3", "4");
      assertThat(cluster.node(1).accepted).containsKey(learner);
      assertThat(cluster.wire()).noneMatch(every(Heartbeat.class));
    }

    /// Of a change of several, the old voters and the new ones each need a majority: for all sets
    /// of nodes that answer, counted anew here.
    @ParameterizedTest(name = "to {0}")
    @CsvSource(
        delimiter = '|',
        value = {"1,4,5", "4,5", "1", "1,2,4,5", "1,2,3,4,5", "1,2,3,4", "1,3", "2,3"})
    void bothHalvesOfAChangeMustAnswer(String next) {
      List<String> wrong = new ArrayList<>();
      for (int set = 0; set < 16; set++) {
        int answering = set;
        SortedSet<NodeId> there =
            nodes(
                IntStream.rangeClosed(1, 5)
                    .filter(node -> node == 1 || (answering >> (node - 2) & 1) == 1)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(",")));
        boolean oneStep =
            IntStream.rangeClosed(1, 5)
                    .filter(node -> nodes(next).contains(id(node)) != (node <= 3))
                    .count()
                == 1;
        boolean expected = majority(next, there) && (oneStep || majority("1,2,3", there));
        if (accepts(next, there) != expected) {
          wrong.add(there.toString());
        }
      }
      assertThat(wrong).isEmpty();
    }

    private static boolean majority(String voters, SortedSet<NodeId> there) {
      return 2 * nodes(voters).stream().filter(there::contains).count() > nodes(voters).size();
    }

    /// Whether a fresh cluster takes the change where only these answer.
    private static boolean accepts(String next, SortedSet<NodeId> there) {
      CoreCluster fresh =
          new CoreCluster(RaftConfig.Features.DEFAULT, RaftConfig.Limits.DEFAULT, 3, 5);
      fresh.elect(1);
      fresh.change(1, "1,2,3", "4,5");
      fresh.deliverAll();
      long wish = fresh.wish(1, next, "");
      fresh.deliver(every(Heartbeat.class).and(message -> there.contains(message.to())));
      fresh.deliver(every(HeartbeatReply.class));
      return fresh.node(1).accepted.containsKey(wish);
    }
  }

  @Nested
  class Meanwhile {
    private long wish;

    @BeforeEach
    void wishFor() {
      wish = cluster.wish(1, "1,3", "");
      assertThat(cluster.node(1).accepted).doesNotContainKey(wish);
    }

    @Test
    void aSecondWishIsRefused() {
      assertThat(refusal(cluster.wish(1, "1,2", ""))).isEqualTo(Effects.Reason.CHANGE_UNDER_WAY);
      assertThat(refusal(cluster.wish(1, "1,2,3", "4"))).isEqualTo(Effects.Reason.CHANGE_UNDER_WAY);
      cluster.deliverAll();
      assertThat(cluster.node(1).accepted).containsKey(wish);
    }

    @Test
    void aLeaderThatFindsANewerTermAnswersTheWish() {
      cluster.deliver(Shorthand.vote(2, 1, 7, false));
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.NOT_LEADER);
    }

    @Test
    void aLeaderThatHearsNoMajorityAnswersTheWish() {
      cluster.cut("1 | 2 | 3");
      cluster.tick(1, 2 * ELECTION_TICKS);
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(cluster.node(1).refused).containsKey(wish);
    }

    @Test
    void aLeaderThatHandsOverAnswersTheWish() {
      cluster.transfer(1, 2);
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.TRANSFERRING);
      cluster.deliverAll();
      assertThat(cluster.raft(2).leads()).isTrue();
      assertThat(cluster.raft(2).members().voters()).isEqualTo(nodes("1,2,3"));
    }

    @Test
    void aLeaderWhoseDiskHasFilledUpAnswersTheWish() {
      cluster.node(1).room(new Room(true, 10, 0));
      cluster.deliver(every(Heartbeat.class));
      cluster.deliver(every(HeartbeatReply.class));
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.NO_ROOM);
      assertThat(voters()).isEqualTo(nodes("1,2,3"));
    }

    /// The record goes first: it may be what the wish needs.
    @Test
    void aMemberThatIsMetForTheFirstTimeIsRecordedAndTheWishIsToBeTriedAgain() {
      CoreCluster known = CoreCluster.known(3, 3);
      known.cut("1 2 | 3");
      known.elect(1);
      known.heal();
      long early = known.wish(1, "1,3", "");
      known.deliverAll();
      assertThat(known.node(1).refused.get(early).reason())
          .isEqualTo(Effects.Reason.CHANGE_UNDER_WAY);
      assertThat(known.raft(1).members().incarnations()).containsKey(id(3));
      long again = known.change(1, "1,3", "");
      assertThat(known.node(1).accepted).containsKey(again);
    }
  }

  /// A leader that promotes who has caught up is as careful: nobody watches it.
  @Nested
  class OfItsOwnAccord {
    private final CoreCluster alone =
        new CoreCluster(RaftConfig.Features.DEFAULT, RaftConfig.Limits.DEFAULT, 1, 2);

    @BeforeEach
    void join() {
      alone.elect(1);
      alone.heartbeat(1);
      alone.join(1, "1", "2");
      for (int round = 0; round < 3; round++) {
        alone.deliver(to(2));
        alone.deliver(to(1));
      }
      assertThat(alone.node(2).log()).as("has caught up").isEqualTo(alone.node(1).log());
    }

    @Test
    void whoHasCaughtUpVotesOnceItHasAnsweredTheNextRound() {
      assertThat(alone.raft(1).members().joining()).isEqualTo(nodes("2"));
      assertThat(alone.wire()).as("none is begun for it").noneMatch(every(Heartbeat.class));
      alone.heartbeat(1);
      alone.deliverAll();
      assertThat(alone.raft(1).members().voters()).isEqualTo(nodes("1,2"));
    }

    @Test
    void whoCrashesRightAfterItHasCaughtUpTakesNobodysQuorumAway() {
      alone.crash(2);
      alone.tick(1, 5 * ELECTION_TICKS);
      assertThat(alone.raft(1).members().voters()).isEqualTo(nodes("1"));
      alone.propose(1, "x");
      assertThat(alone.raft(1).commitIndex()).isEqualTo(alone.raft(1).last().index());

      alone.restart(2);
      alone.tickHeard(1, 2 * ELECTION_TICKS);
      alone.deliverAll();
      alone.tickHeard(1, ELECTION_TICKS);
      assertThat(alone.raft(1).members().voters()).isEqualTo(nodes("1,2"));
    }

    @Test
    void anOperatorsWishGoesFirst() {
      alone.crash(2);
      long wish = alone.wish(1, "1", "");
      assertThat(alone.node(1).accepted).containsKey(wish);
      assertThat(alone.raft(1).committedMembers().removed()).isEqualTo(nodes("2"));
    }
  }
}
