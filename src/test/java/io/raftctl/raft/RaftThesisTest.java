package io.raftctl.raft;

import static io.raftctl.raft.CoreCluster.every;
import static io.raftctl.raft.CoreCluster.sentBy;
import static io.raftctl.raft.CoreCluster.to;
import static io.raftctl.raft.Shorthand.accepted;
import static io.raftctl.raft.Shorthand.append;
import static io.raftctl.raft.Shorthand.at;
import static io.raftctl.raft.Shorthand.rejected;
import static io.raftctl.raft.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.Message.Heartbeat;
import io.raftctl.raft.Message.HeartbeatReply;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What Ongaro's thesis adds to the paper and raftctl rests on. See [RaftPaperTest] first.
class RaftThesisTest {
  /// A leader that hears from no quorum for an election timeout steps down, so that its clients
  /// look elsewhere.
  @Nested
  class Section62RoutingRequestsToTheLeader {
    private final CoreCluster cluster = new CoreCluster(3);

    @BeforeEach
    void elect() {
      cluster.elect(1);
    }

    @Test
    void aLeaderWithoutAQuorumStepsDownWithinAnElectionTimeoutAndKeepsItsTermAndVote() {
      cluster.cut("1 | 2 3");
      cluster.tick(1, Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(cluster.raft(1).term()).isEqualTo(1);
      assertThat(cluster.raft(1).vote()).isEqualTo(Shorthand.id(1));
    }

    @Test
    void aLeaderThatHearsFromAQuorumStays() {
      cluster.cut("1 2 | 3");
      cluster.tickHeard(1, 10 * Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(1).leads()).isTrue();
    }
  }

  /// A read without a write to the log: from the leader's commit index, once a quorum has confirmed
  /// that nobody else leads.
  @Nested
  class Section64ReadOnlyQueries {
    private final CoreCluster cluster = new CoreCluster(3);

    private Long indexOf(long read) {
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
  }

  /// The leader writes its disk while its followers write theirs, and counts itself like any other.
  @Nested
  class Section1021WritingToTheLeadersDiskInParallel {
    @Test
    void theLeadersEntriesLeaveBeforeItsOwnDiskHoldsThem() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.slowDisk(1);
      cluster.propose(1, "x");
      assertThat(cluster.wire()).hasSize(2).allMatch(every(AppendEntries.class));
      assertThat(cluster.node(1).disk.syncedEntries()).hasSize(1);
    }

    @Test
    void theLeaderCountsItselfOnlyAfterItsOwnSync() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.slowDisk(1);
      cluster.propose(1, "x");
      cluster.deliver(to(2));
      cluster.deliver(to(1));
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(1);
      cluster.sync(1);
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
    }

    @Test
    void aMajorityOfFollowersCommitsWithoutTheLeadersDisk() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.slowDisk(1);
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
    }

    @Test
    void aClusterOfOneCommitsNothingBeforeItsSync() {
      CoreCluster one = new CoreCluster(1);
      one.slowDisk(1);
      one.timeout(1);
      assertThat(one.raft(1).leads()).isFalse();
      one.sync(1);
      assertThat(one.raft(1).leads()).isTrue();
      one.propose(1, "x");
      assertThat(one.raft(1).commitIndex()).isZero();
      one.sync(1);
      assertThat(one.raft(1).commitIndex()).isEqualTo(2);
    }

    @Test
    void anAcceptanceLeavesOnlyOnceItsEntriesAreOnDiskARejectionAtOnce() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      node.receive(append(2, 1, 1, at(5, 1), "1", 0));
      assertThat(node.takeSent()).containsExactly(rejected(1, 2, 1, at(5, 1), at(2, 1)));
      node.sync();
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 1, 2));
    }

    /// The repeated request writes nothing, but the first one's entries are not on disk yet.
    @Test
    void anAcceptanceOfWhatAnEarlierTurnWroteWaitsForThatTurnsSync() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      long first = node.writtenTurn();
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x 1:y", 0));
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      node.sync(first);
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 1, 2));
      node.sync();
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 1, 3), accepted(1, 2, 1, 2));
    }

    @Test
    void whatWasNotSyncedWasNotAccepted() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      node.crash();
      node.restart();
      assertThat(node.log()).isEmpty();
      assertThat(node.takeSent()).isEmpty();
    }

    /// An entry is written, replaced, and written once more: the sync of the first of these writes
    /// ends after the third, and says nothing about it.
    @Test
    void aSyncOfAnEntryThatWasReplacedSinceIsNoneOfTheEntryThatIsThereNow() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      long first = node.writtenTurn();
      node.receive(append(3, 1, 2, at(1, 1), "2:y", 0));
      long second = node.writtenTurn();
      node.receive(append(2, 1, 3, at(1, 1), "1:x", 0));

      node.sync(first);
      node.sync(second);
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 1, 2), accepted(1, 3, 2, 2));
      node.sync();
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 3, 2));
    }

    @Test
    void aCandidateCountsItselfOnlyAfterTheSyncOfItsVoteAndOfNothingBefore() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(append(2, 1, 1, EntryId.NONE, "1", 0));
      long before = node.writtenTurn();
      node.timeout();
      node.sync(before);
      node.receive(vote(2, 1, 2, true));
      assertThat(node.raft().role()).isEqualTo("candidate");
      node.sync();
      assertThat(node.raft().role()).isEqualTo("leader");
    }
  }
}
