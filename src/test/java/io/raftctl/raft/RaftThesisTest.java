package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.sentBy;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.accepted;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.rejected;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.Message.VoteReply;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What Ongaro's thesis adds to the paper and raftctl rests on. See [RaftPaperTest] first.
class RaftThesisTest {
  private static final RaftConfig.Features CHECK_QUORUM = new RaftConfig.Features(false, true);

  /// A follower that hears from its leader helps nobody else to lead.
  @Nested
  class Section423DisruptiveServers {
    private final CoreCluster cluster = new CoreCluster(CHECK_QUORUM, 3);

    @BeforeEach
    void elect() {
      cluster.elect(1);
      cluster.heartbeat(1);
      cluster.deliverAll();
    }

    @Test
    void aCandidateIsNotEvenHeardWhileALeaderIs() {
      cluster.cut("1 2 | 3");
      cluster.timeout(3);
      cluster.heal();
      cluster.deliver(requestVote(3, 2, 2, at(1, 1)));
      cluster.deliver(requestVote(3, 1, 2, at(1, 1)));
      assertThat(cluster.wire()).noneMatch(every(VoteReply.class));
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(2).term()).isEqualTo(1);
    }

    @Test
    void onceTheLeaderIsSilentForTheShortestTimeoutItIs() {
      cluster.tick(2, ELECTION_TICKS);
      cluster.deliver(requestVote(3, 2, 2, at(1, 1)));
      cluster.deliver(every(VoteReply.class));
      assertThat(cluster.raft(2).vote()).isEqualTo(Shorthand.id(3));
    }

    @Test
    void loyaltyOutlivesAChangeOfTermAndARestart() {
      cluster.deliver(vote(3, 2, 5, false));
      cluster.deliver(requestVote(3, 2, 6, at(1, 1)));
      assertThat(cluster.raft(2).vote()).isNull();

      cluster.crash(2);
      cluster.restart(2);
      cluster.deliver(requestVote(3, 2, 6, at(1, 1)));
      assertThat(cluster.raft(2).vote()).isNull();
      cluster.tick(2, ELECTION_TICKS);
      cluster.deliver(requestVote(3, 2, 6, at(1, 1)));
      assertThat(cluster.raft(2).vote()).isEqualTo(Shorthand.id(3));
    }
  }

  /// The leader brings its successor up to date and tells it to campaign.
  @Nested
  class Section310LeadershipTransfer {
    private final CoreCluster cluster = new CoreCluster(RaftConfig.Features.DEFAULT, 3);

    @BeforeEach
    void elect() {
      cluster.elect(1);
    }

    @Test
    void theTargetLeadsTheNextTermAlthoughTheOthersStillHearTheOldLeader() {
      long wish = cluster.transfer(1, 3);
      cluster.deliverAll();
      assertThat(cluster.raft(3).leads()).isTrue();
      assertThat(cluster.raft(3).term()).isEqualTo(2);
      assertThat(cluster.node(1).transferred).containsEntry(wish, Shorthand.id(3));
    }

    @Test
    void theTargetIsToldOnlyOnceItHoldsAllAndAllOfItIsCommitted() {
      cluster.propose(1, "x");
      cluster.transfer(1, 3);
      assertThat(cluster.wire()).noneMatch(every(Message.TimeoutNow.class));
      cluster.deliver(every(AppendEntries.class));
      cluster.deliver(every(Message.AppendAccepted.class));
      assertThat(cluster.wire()).filteredOn(every(Message.TimeoutNow.class)).hasSize(1);
      cluster.deliverAll();
      assertThat(cluster.raft(3).leads()).isTrue();
      assertThat(cluster.node(1).log()).isEqualTo("1 1:x 2");
    }

    @Test
    void whoeverIsBestPreparedLeadsWhereNobodyIsNamed() {
      cluster.cut("1 3 | 2");
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.heal();
      cluster.transfer(1, 0);
      cluster.deliverAll();
      assertThat(cluster.raft(3).leads()).isTrue();
    }

    @Test
    void meanwhileNoProposalIsTaken() {
      cluster.cut("1 2 | 3");
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.transfer(1, 3);
      long refused = cluster.propose(1, "y");
      assertThat(cluster.node(1).refused.get(refused).reason())
          .isEqualTo(Effects.Reason.TRANSFERRING);
    }

    @Test
    void afterTheDeadlineTheLeaderGoesOnWithoutALease() {
      cluster.propose(1, "x");
      cluster.deliverAll();
      long wish = cluster.transfer(1, 3);
      for (int tick = 0; tick < 2 * ELECTION_TICKS; tick++) {
        cluster.drop(every(Message.TimeoutNow.class));
        cluster.tickHeard(1, 1);
      }
      assertThat(cluster.node(1).refused.get(wish).reason()).isEqualTo(Effects.Reason.TOO_LATE);
      assertThat(cluster.raft(1).leads()).isTrue();
      long proposal = cluster.propose(1, "y");
      cluster.deliverAll();
      assertThat(cluster.node(1).accepted).containsKey(proposal);

      cluster.clock(0);
      cluster.heartbeat(1);
      cluster.deliverAll();
      long read = cluster.read(1, Consistency.LEASE);
      assertThat(cluster.node(1).readable).doesNotContainKey(read);
    }

    @Test
    void theWordIsRepeatedWithEachHeartbeat() {
      cluster.transfer(1, 3);
      cluster.drop(every(Message.TimeoutNow.class));
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(cluster.raft(3).leads()).isTrue();
    }

    @Test
    void nobodyWhoIsNotHeardCanBeTheTarget() {
      cluster.cut("1 2 | 3");
      cluster.tickHeard(1, ELECTION_TICKS);
      long silent = cluster.transfer(1, 3);
      long stranger = cluster.transfer(1, 9);
      assertThat(cluster.node(1).refused.get(silent).reason()).isEqualTo(Effects.Reason.NO_TARGET);
      assertThat(cluster.node(1).refused.get(stranger).reason())
          .isEqualTo(Effects.Reason.NO_TARGET);
    }

    @Test
    void onlyTheLeaderOfTheTermCanSendAFollowerIntoAnElection() {
      cluster.deliver(new Message.TimeoutNow(Shorthand.id(3), Shorthand.id(2), 1));
      assertThat(cluster.raft(2).role()).isEqualTo("follower");
    }

    /// The others get on without the leader's disk; then one of them should lead.
    @Test
    void aLeaderWhoseDiskHangsGivesItsLeadershipAway() {
      cluster.slowDisk(1);
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
      cluster.tickHeard(1, ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(cluster.nodes()).anyMatch(node -> node.raft().leads());
    }

    @Test
    void whereAllDisksAreSlowNobodyGivesAnythingAway() {
      for (int node = 1; node <= 3; node++) {
        cluster.slowDisk(node);
      }
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.tickHeard(1, 3 * ELECTION_TICKS);
      assertThat(cluster.raft(1).leads()).isTrue();
    }
  }

  /// Nobody begins a term that it cannot win.
  @Nested
  class Section96PreVote {
    private final CoreCluster cluster = new CoreCluster(RaftConfig.Features.DEFAULT, 3);

    @BeforeEach
    void elect() {
      cluster.elect(1);
    }

    @Test
    void whoIsCutOffKeepsItsTermAndUnseatsNobodyWhenItReturns() {
      cluster.cut("1 2 | 3");
      cluster.tick(3, 10 * ELECTION_TICKS);
      assertThat(cluster.raft(3).role()).isEqualTo("pre-candidate");
      assertThat(cluster.raft(3).term()).isEqualTo(1);
      cluster.tickHeard(1, 3);
      cluster.heal();
      cluster.timeout(3);
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(3).leader()).isEqualTo(Shorthand.id(1));
      assertThat(cluster.raft(1).term()).isEqualTo(1);
    }

    /// It can send and does not hear: without asking first it would depose each leader in turn.
    @Test
    void whoOnlyHearsNobodyDeposesNobody() {
      for (int round = 0; round < 20; round++) {
        cluster.tickHeardBut(1, 3, 3);
        cluster.tick(3, 3);
        cluster.deliver(sentBy(3));
        cluster.drop(to(3));
      }
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(1).term()).isEqualTo(1);
    }

    /// Nodes 2 and 3 hear each other only through node 1, and the same holds for 4 and 5: only the
    /// one in the middle can be elected.
    @Test
    void theOnlyNodeThatReachesAQuorumIsElected() {
      CoreCluster five = new CoreCluster(RaftConfig.Features.DEFAULT, 5);
      five.elect(2);
      five.cut("1 2 | 1 3 | 1 4 | 1 5");
      for (int tick = 0; tick < 20 * ELECTION_TICKS; tick++) {
        for (int node = 1; node <= 5; node++) {
          five.tick(node, 1);
        }
        five.deliverAll();
      }
      assertThat(five.raft(1).leads()).isTrue();
      assertThat(five.raft(1).term()).isLessThan(5);
    }

    @Test
    void aPromiseBindsNobody() {
      CoreNode node = CoreNode.of(1, 3, RaftConfig.Features.DEFAULT, "");
      node.receive(new Message.RequestPreVote(Shorthand.id(2), Shorthand.id(1), 0, at(0, 0)));
      node.receive(new Message.RequestPreVote(Shorthand.id(3), Shorthand.id(1), 0, at(0, 0)));
      assertThat(node.takeSent())
          .containsExactly(
              new Message.PreVoteReply(Shorthand.id(1), Shorthand.id(2), 0, 0, true),
              new Message.PreVoteReply(Shorthand.id(1), Shorthand.id(3), 0, 0, true));
      assertThat(node.raft().term()).isZero();
      assertThat(node.raft().vote()).isNull();
      assertThat(node.disk.syncedHardState()).isEqualTo(HardState.INITIAL);
    }

    @Test
    void whoseLogIsBehindOrWhoseTermIsOldIsRefused() {
      CoreNode node = CoreNode.of(1, 3, RaftConfig.Features.DEFAULT, "1 2 2");
      node.tick(ELECTION_TICKS - 1);
      node.takeSent();
      node.receive(new Message.RequestPreVote(Shorthand.id(2), Shorthand.id(1), 2, at(2, 2)));
      node.receive(new Message.RequestPreVote(Shorthand.id(3), Shorthand.id(1), 1, at(9, 1)));
      assertThat(node.takeSent())
          .containsExactly(
              new Message.PreVoteReply(Shorthand.id(1), Shorthand.id(2), 2, 2, false),
              new Message.PreVoteReply(Shorthand.id(1), Shorthand.id(3), 2, 1, false));
    }

    @Test
    void aRefusalInANewerTermIsLearnt() {
      cluster.cut("1 2 | 3");
      cluster.timeout(3);
      cluster.heal();
      cluster.deliver(new Message.PreVoteReply(Shorthand.id(2), Shorthand.id(3), 7, 1, false));
      assertThat(cluster.raft(3).term()).isEqualTo(7);
      assertThat(cluster.raft(3).role()).isEqualTo("follower");
    }
  }

  /// A leader that hears from no quorum for an election timeout steps down, so that its clients
  /// look elsewhere.
  @Nested
  class Section62RoutingRequestsToTheLeader {
    private final CoreCluster cluster = new CoreCluster(CHECK_QUORUM, 3);

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
