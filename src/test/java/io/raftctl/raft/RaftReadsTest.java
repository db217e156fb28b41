package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.sentBy;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.Message.Heartbeat;
import io.raftctl.raft.Message.HeartbeatReply;
import io.raftctl.raft.Message.ReadIndexReply;
import io.raftctl.raft.Message.RequestReadIndex;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.Shorthand;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Reads without a write to the log, as section 6.4 of Ongaro's thesis has them: from the leader's
/// commit index, once a quorum has confirmed that nobody else leads. See [RaftPaperTest] first.
class RaftReadsTest {
  private final CoreCluster cluster = new CoreCluster(3);

  private @Nullable Long indexOf(long read) {
    return cluster.node(1).readable.get(read);
  }

  @Nested
  class ByASettledLeader {
    @BeforeEach
    void elect() {
      cluster.elect(1);
    }

    @Test
    void aReadIsAnsweredFromWhatIsCommittedOnceAQuorumHasConfirmedTheLeader() {
      cluster.propose(1, "x");
      cluster.deliverAll();
      long read = cluster.read(1);
      assertThat(indexOf(read)).isNull();
      cluster.deliver(to(2));
      cluster.deliver(sentBy(2));
      assertThat(indexOf(read)).isEqualTo(2);
    }

    @Test
    void aLeaderThatIsCutOffAnswersNoRead() {
      cluster.cut("1 | 2 3");
      long read = cluster.read(1);
      cluster.elect(2);
      cluster.propose(2, "x");
      cluster.deliverAll();
      for (int beat = 0; beat < 10; beat++) {
        cluster.heartbeat(1);
        cluster.deliverAll();
      }
      assertThat(indexOf(read)).isNull();

      cluster.heal();
      cluster.heartbeat(2);
      cluster.deliverAll();
      assertThat(cluster.node(1).refused.get(read).reason()).isEqualTo(Effects.Reason.NOT_LEADER);
      assertThat(indexOf(read)).isNull();
    }

    @Test
    void lateAnswersToAnEarlierRoundDoNotConfirmALaterRead() {
      long early = cluster.read(1);
      cluster.deliver(every(Heartbeat.class));
      List<Message> late = cluster.take(every(HeartbeatReply.class));
      cluster.deliver(late.getFirst());
      assertThat(indexOf(early)).isEqualTo(1);

      long later = cluster.read(1);
      cluster.drop(every(Heartbeat.class));
      cluster.deliver(late.getFirst());
      cluster.deliver(late.getLast());
      assertThat(indexOf(later)).isNull();
    }

    @Test
    void readsThatComeDuringARoundWaitForTheNextOne() {
      long first = cluster.read(1);
      cluster.deliver(every(Heartbeat.class));
      long second = cluster.read(1);
      cluster.deliver(every(HeartbeatReply.class));
      assertThat(indexOf(first)).isEqualTo(1);
      assertThat(indexOf(second)).isNull();
      cluster.deliverAll();
      assertThat(indexOf(second)).isEqualTo(1);
    }

    @Test
    void aRoundThatGotLostIsMadeGoodByTheNextHeartbeat() {
      long read = cluster.read(1);
      cluster.drop(every(Heartbeat.class));
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(indexOf(read)).isEqualTo(1);
    }

    @Test
    void theSamePeersAnswerTwiceIsNoQuorum() {
      CoreCluster five = new CoreCluster(5);
      five.elect(1);
      long read = five.read(1);
      five.deliver(to(2));
      five.duplicate(every(HeartbeatReply.class));
      five.duplicate(every(HeartbeatReply.class));
      five.deliver(every(HeartbeatReply.class));
      assertThat(five.node(1).readable).doesNotContainKey(read);
    }
  }

  @Test
  void aReadWaitsUntilTheLeaderHasCommittedInItsOwnTerm() {
    cluster.timeout(1);
    cluster.deliver(to(2));
    cluster.deliver(to(1));
    assertThat(cluster.raft(1).leads()).isTrue();
    cluster.drop(every(AppendEntries.class));
    long read = cluster.read(1);
    cluster.heartbeat(1);
    cluster.deliver(every(Heartbeat.class));
    cluster.deliver(every(HeartbeatReply.class));
    assertThat(indexOf(read)).isNull();
    cluster.deliverAll(); // The probe was repeated meanwhile, and its round comes after it.
    assertThat(indexOf(read)).isEqualTo(1);
  }

  @Test
  void aClusterOfOneIsItsOwnQuorum() {
    CoreCluster one = new CoreCluster(1);
    one.timeout(1);
    long read = one.read(1);
    assertThat(one.node(1).readable).containsEntry(read, 1L);
  }

  /// A follower asks the leader and answers from its own state.
  @Nested
  class ByAFollower {
    @BeforeEach
    void elect() {
      cluster.elect(1);
      cluster.heartbeat(1);
      cluster.deliverAll();
    }

    @Test
    void itAnswersOnceAQuorumHasConfirmedItsLeader() {
      long read = cluster.read(3);
      assertThat(cluster.wire()).singleElement().matches(every(RequestReadIndex.class));
      cluster.deliver(every(RequestReadIndex.class));
      assertThat(cluster.wire()).noneMatch(every(ReadIndexReply.class));
      cluster.deliverAll();
      assertThat(cluster.node(3).readable).containsEntry(read, 1L);
    }

    @Test
    void withoutALeaderItRefuses() {
      CoreCluster fresh = new CoreCluster(3);
      long read = fresh.read(3);
      assertThat(fresh.node(3).refused.get(read).reason()).isEqualTo(Effects.Reason.NOT_LEADER);
    }

    @Test
    void readsThatComeWhileAQuestionIsUnderWayWaitForTheNextOne() {
      long first = cluster.read(3);
      long second = cluster.read(3);
      cluster.deliver(every(RequestReadIndex.class));
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.node(3).readable).containsEntry(first, 1L).containsEntry(second, 2L);
    }

    /// The answer to a question that was asked before the read came in proves nothing about it.
    @Test
    void anAnswerToAnOlderQuestionIsNone() {
      long first = cluster.read(3);
      cluster.deliver(every(RequestReadIndex.class));
      cluster.deliver(every(Heartbeat.class));
      cluster.deliver(every(HeartbeatReply.class));
      List<Message> late = cluster.take(every(ReadIndexReply.class));
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.tick(3, Shorthand.HEARTBEAT_TICKS);
      cluster.drop(every(RequestReadIndex.class));
      cluster.deliver(late.getFirst());
      assertThat(cluster.node(3).readable).doesNotContainKey(first);
      cluster.tick(3, Shorthand.HEARTBEAT_TICKS);
      cluster.deliverAll();
      assertThat(cluster.node(3).readable).containsEntry(first, 2L);
    }

    @Test
    void anAnswerToALifeBeforeIsNone() {
      cluster.read(3);
      cluster.deliver(every(RequestReadIndex.class));
      cluster.deliver(every(Heartbeat.class));
      cluster.deliver(every(HeartbeatReply.class));
      List<Message> late = cluster.take(every(ReadIndexReply.class));
      assertThat(late).hasSize(1);
      cluster.crash(3);
      cluster.restart(3);
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      long read = cluster.read(3);
      cluster.deliver(late.getFirst());
      assertThat(cluster.node(3).readable).doesNotContainEntry(read, 1L);
    }

    @Test
    void aNewTermRefusesWhatTheOldLeaderWasAsked() {
      long read = cluster.read(3);
      cluster.deliver(vote(2, 3, 9, false));
      assertThat(cluster.node(3).refused.get(read).reason()).isEqualTo(Effects.Reason.NOT_LEADER);
    }

    @Test
    void aLeaderThatIsCutOffConfirmsNoFollowersRead() {
      CoreCluster five = new CoreCluster(5);
      five.elect(1);
      five.heartbeat(1);
      five.deliverAll();
      five.cut("1 5 | 2 3 4");
      long read = five.read(5);
      five.deliverAll();
      five.heartbeat(1);
      five.deliverAll();
      assertThat(five.node(5).readable).doesNotContainKey(read);
    }
  }

  /// Reads that trust the clocks (thesis section 6.4.1).
  @Nested
  class ByALease {
    private final CoreCluster three = new CoreCluster(RaftConfig.Features.DEFAULT, 3);

    @BeforeEach
    void elect() {
      three.elect(1);
      three.clock(100_000);
      three.heartbeat(1);
      three.deliverAll();
    }

    private boolean answersAtOnce() {
      long read = three.read(1, Consistency.LEASE);
      return three.node(1).readable.containsKey(read);
    }

    @Test
    void aLeaderThatAQuorumConfirmedLatelyAnswersAtOnce() {
      three.clock(100_000 + 6_000);
      assertThat(answersAtOnce()).isTrue();
    }

    /// Of ten ticks of the shortest timeout three quarters, less one.
    @Test
    void theLeaseEndsWellBeforeAnElectionTimeoutHasPassedSinceTheRoundBegan() {
      three.clock(100_000 + 6_499);
      assertThat(answersAtOnce()).isTrue();
      three.clock(100_000 + 6_500);
      assertThat(answersAtOnce()).isFalse();
    }

    /// The round began long ago, however late its answers come.
    @Test
    void itCountsFromTheStartOfTheRoundAndNotFromItsAnswers() {
      three.heartbeat(1);
      three.clock(200_000);
      three.deliverAll();
      assertThat(answersAtOnce()).isFalse();
    }

    @Test
    void withoutAClockThereIsNone() {
      CoreCluster silent = new CoreCluster(RaftConfig.Features.DEFAULT, 3);
      silent.elect(1);
      silent.heartbeat(1);
      silent.deliverAll();
      long read = silent.read(1, Consistency.LEASE);
      assertThat(silent.node(1).readable).doesNotContainKey(read);
      silent.deliverAll();
      assertThat(silent.node(1).readable).containsKey(read);
    }

    /// What others committed before its term it knows only once it has committed in its own.
    @Test
    void aLeaderThatHasCommittedNothingInItsTermHasNone() {
      CoreCluster fresh = new CoreCluster(RaftConfig.Features.DEFAULT, 3);
      fresh.timeout(1);
      while (!fresh.raft(1).leads()) {
        fresh.deliverNext(_ -> true);
      }
      fresh.clock(100_000);
      fresh.drop(every(Message.AppendEntries.class));
      fresh.heartbeat(1);
      fresh.deliver(every(Heartbeat.class));
      fresh.deliver(every(HeartbeatReply.class));
      long read = fresh.read(1, Consistency.LEASE);
      assertThat(fresh.node(1).readable).doesNotContainKey(read);
      fresh.tickHeard(1, 4 * Shorthand.ELECTION_TICKS);
      fresh.deliverAll();
      assertThat(fresh.node(1).readable).containsKey(read);
    }

    @Test
    void whereFollowersAreNotLoyalThereIsNone() {
      CoreCluster paper = new CoreCluster(3);
      paper.elect(1);
      paper.clock(100_000);
      paper.heartbeat(1);
      paper.deliverAll();
      long read = paper.read(1, Consistency.LEASE);
      assertThat(paper.node(1).readable).doesNotContainKey(read);
    }
  }

  @Test
  void aStaleReadIsAnsweredByAnybodyAtOnce() {
    long read = cluster.read(2, Consistency.STALE);
    assertThat(cluster.node(2).readable).containsEntry(read, 0L);
  }
}
