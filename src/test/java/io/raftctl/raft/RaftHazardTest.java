package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.HEARTBEAT_TICKS;
import static io.raftctl.raft.kit.Shorthand.accepted;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.command;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.Message.AppendAccepted;
import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.Message.AppendRejected;
import io.raftctl.raft.Message.Heartbeat;
import io.raftctl.raft.Message.HeartbeatReply;
import io.raftctl.raft.Message.RequestVote;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.members.Incarnation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// How a Raft goes wrong: hazards that others met, each with the sentence that keeps it away. The
/// paper's own sentences are in [RaftPaperTest].
class RaftHazardTest {
  /// What would give a term two leaders, or none for ever.
  @Nested
  class Elections {
    private final CoreCluster cluster = new CoreCluster(3);

    @Test
    void anAnswerOfAnEarlierTermIsNotCounted() {
      cluster.timeout(1);
      cluster.timeout(1);
      cluster.deliver(vote(2, 1, 1, true));
      assertThat(cluster.raft(1).role()).isEqualTo("candidate");
    }

    @Test
    void aVoteThatComesTwiceCountsOnce() {
      CoreNode candidate = CoreNode.of(1, 5, "");
      candidate.timeout();
      candidate.receive(vote(2, 1, 1, true));
      candidate.receive(vote(2, 1, 1, true));
      candidate.receive(vote(3, 1, 1, false));
      assertThat(candidate.raft().role()).isEqualTo("candidate");
      candidate.receive(vote(4, 1, 1, true));
      assertThat(candidate.raft().leads()).isTrue();
    }

    @Test
    void aCandidateThatStepsDownWithinItsTermKeepsItsVote() {
      CoreNode node = CoreNode.of(1, 5, "");
      node.timeout();
      node.takeSent();
      node.receive(append(2, 1, 1, EntryId.NONE, "1", 0));
      assertThat(node.raft().leader()).isEqualTo(id(2));
      node.receive(requestVote(3, 1, 1, at(5, 1)));
      assertThat(node.takeSent()).contains(vote(1, 3, 1, false));
    }

    @Test
    void aCandidateThatMeetsARivalDoesNotWaitAWholeTimeoutAgain() {
      CoreNode candidate = CoreNode.of(1, 3, "");
      candidate.timeout();
      for (long term = 1; term <= 50; term++) {
        candidate.receive(requestVote(2, 1, term, EntryId.NONE));
        assertThat(ticksToCampaign(candidate))
            .isBetween(HEARTBEAT_TICKS, HEARTBEAT_TICKS + ELECTION_TICKS);
      }
    }

    @Test
    void aCandidateThatMeetsARivalWhoseLogIsAheadLetsItGoFirst() {
      CoreNode candidate = CoreNode.of(1, 3, "");
      candidate.timeout();
      for (long term = 1; term <= 50; term++) {
        candidate.receive(requestVote(2, 1, term, at(1, 1)));
        assertThat(ticksToCampaign(candidate)).isGreaterThanOrEqualTo(ELECTION_TICKS);
      }
    }

    private int ticksToCampaign(CoreNode node) {
      long term = node.raft().term();
      int ticks = 0;
      while (node.raft().term() == term) {
        node.tick(1);
        ticks++;
      }
      return ticks;
    }

    @Test
    void aMessageForAnotherNodeMovesNothing() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.receive(requestVote(2, 3, 8, at(1, 1)));
      assertThat(node.raft().term()).isZero();
      assertThat(node.takeSent()).isEmpty();
    }

    @Test
    void aVoteThatTheDiskLostWasNeverSentSoTheTermStillHasOneLeader() {
      cluster.slowDisk(3);
      cluster.timeout(1);
      cluster.cut("1 3 | 2");
      cluster.deliverAll();
      cluster.crash(3);
      cluster.restart(3);
      cluster.fastDisk(3);
      cluster.cut("2 3 | 1");
      cluster.elect(2);
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(cluster.raft(2).leads()).isTrue();
      assertThat(cluster.raft(2).term()).isEqualTo(1);
    }

    @Test
    void votesOfTwoTermsInOneTurnLeaveNoneToBeGivenTwice() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.step(
          new Input.Received(requestVote(2, 1, 1, EntryId.NONE), Incarnation.UNTOLD),
          new Input.Received(requestVote(3, 1, 2, EntryId.NONE), Incarnation.UNTOLD));
      node.takeSent();
      node.crash();
      node.restart();
      node.receive(requestVote(3, 1, 1, EntryId.NONE));
      node.receive(requestVote(2, 1, 2, EntryId.NONE));
      assertThat(node.takeSent()).containsExactly(vote(1, 3, 2, false), vote(1, 2, 2, false));
    }

    @Test
    void aCandidateVouchesOnlyForEntriesThatItsDiskHolds() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      node.timeout();
      assertThat(node.takeSent()).isEmpty();
      node.sync();
      assertThat(node.disk.syncedEntries()).hasSize(2);
      assertThat(node.takeSent()).contains(requestVote(1, 2, 2, at(2, 1)));
    }

    /// Else it would be a candidate of a newer term by the time its requests leave, every time.
    @Test
    void aCandidateWhoseDiskIsSlowerThanItsTimeoutWaitsForTheDisk() {
      cluster.slowDisk(1);
      cluster.timeout(1);
      cluster.tick(1, 5 * ELECTION_TICKS);
      assertThat(cluster.raft(1).term()).isEqualTo(1);
      cluster.sync(1);
      cluster.deliverAll();
      assertThat(cluster.raft(1).leads()).isTrue();
    }

    @Test
    void aDiskThatHangsDoesNotKeepACandidateFromFollowing() {
      cluster.slowDisk(1);
      cluster.timeout(1);
      cluster.elect(2);
      assertThat(cluster.raft(1).leader()).isEqualTo(id(2));
    }
  }

  /// What would lose or change an entry that counts as committed.
  @Nested
  class Entries {
    @Test
    void aLateMessageDoesNotCutOffWhatWasAcceptedSince() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x 1:y", 0));
      node.receive(append(2, 1, 1, EntryId.NONE, "1 1:x", 0));
      assertThat(node.log()).isEqualTo("1 1:x 1:y");
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 1, 3), accepted(1, 2, 1, 2));
    }

    @Test
    void aFollowerCommitsNoFurtherThanTheMessageProves() {
      CoreNode node = CoreNode.of(1, 3, "1 1 1:rival 1:rival");
      node.receive(append(2, 1, 2, at(1, 1), "1", 4));
      assertThat(node.raft().commitIndex()).isEqualTo(2);
    }

    @Test
    void aHeartbeatCommitsNoFurtherThanThePeersLogIsKnownToAgree() {
      CoreCluster cluster = CoreCluster.ofLogs("1 2:x", "1 2:x", "1 1:rival 1:rival");
      cluster.cut("1 2 | 3");
      cluster.elect(1);
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(3);
      cluster.heal();
      cluster.heartbeat(1);
      cluster.deliver(every(Heartbeat.class).and(to(3)));
      assertThat(cluster.raft(3).leader()).isEqualTo(id(1));
      assertThat(cluster.raft(3).commitIndex()).isZero();
    }

    @Test
    void aDeposedLeaderTakesNoCommandIntoTheNewTerm() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      Input newerTerm = new Input.Received(vote(2, 1, 2, false), Incarnation.UNTOLD);
      Effects effects = cluster.node(1).step(newerTerm, new Input.Propose(7, new byte[] {'x'}));
      assertThat(effects.append()).isEmpty();
      assertThat(effects.refused())
          .containsExactly(new Effects.Refused(7, Effects.Reason.NOT_LEADER, null));
    }

    @Test
    void aCommitComesAfterTheCutAndNeverBeforeIt() {
      CoreNode node = CoreNode.of(1, 3, "1 1:rival");
      Effects effects = node.receive(append(2, 1, 2, at(1, 1), "2:x", 2));
      assertThat(effects.append()).containsExactly(command(at(2, 2), "x"));
      assertThat(node.applied).last().isEqualTo(command(at(2, 2), "x"));
    }

    @Test
    void anAcceptanceOfAnEarlierTermIsNotCounted() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.propose(1, "x");
      cluster.deliver(to(2));
      List<Message> late = cluster.take(every(AppendAccepted.class));
      cluster.elect(2);
      cluster.cut("1 3 | 2");
      cluster.elect(1);
      cluster.heal();
      late.forEach(cluster::deliver);
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(1).matchIndexes()).containsEntry(id(2), 0L);
    }

    @Test
    void aPeerThatClaimsToHoldMoreThanItsLeaderIsNotBelieved() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.deliver(accepted(2, 1, 1, 1_000));
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.node(2).log()).isEqualTo("1 1:x");
      assertThat(cluster.raft(1).matchIndexes()).containsEntry(id(2), 2L);
    }

    @Test
    void whatTwoLeadersReplaceInOneTurnIsOnDiskAsInMemory() {
      CoreNode node = CoreNode.of(1, 3, "1 1:a 1:b 1:c");
      node.step(
          new Input.Received(append(2, 1, 2, at(1, 1), "2:d 2:e", 0), Incarnation.UNTOLD),
          new Input.Received(append(3, 1, 3, at(2, 2), "3:f", 0), Incarnation.UNTOLD));
      assertThat(node.log()).isEqualTo("1 2:d 3:f");
      assertThat(node.raft().last()).isEqualTo(at(3, 3));
    }

    @Test
    void aMessageCannotHoldEntriesThatDoNotFollowEachOther() {
      assertThatThrownBy(() -> append(1, 2, 2, at(1, 2), "1", 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> append(1, 2, 2, at(1, 1), "3", 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> append(1, 2, 2, at(1, 1), "", 0))
          .isInstanceOf(IllegalArgumentException.class);
      List<Entry> gap = List.of(command(at(2, 1), "a"), command(at(4, 1), "b"));
      assertThatThrownBy(() -> new AppendEntries(id(1), id(2), 1, at(1, 1), gap, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }

    /// Its disk may lag behind: a leader then tells a quorum's word and not its own disk's.
    @Test
    void aRestartedLeaderFetchesTheCommittedEntriesThatItsOwnDiskLost() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.slowDisk(1);
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
      cluster.crash(1);
      cluster.restart(1);
      cluster.fastDisk(1);
      assertThat(cluster.node(1).log()).isEqualTo("1");
      cluster.elect(1);
      assertThat(cluster.raft(1).leads()).isFalse();
      cluster.elect(2);
      assertThat(cluster.node(1).log()).isEqualTo("1 1:x 3");
    }
  }

  /// What would keep a follower behind, or bury it in copies.
  @Nested
  class Streams {
    @Test
    void aLeaderStreamsAheadOfTheAnswersUpToItsLimitOfBytes() {
      RaftConfig.Limits limits = new RaftConfig.Limits(1, 200, 1 << 20, 0);
      CoreCluster cluster = new CoreCluster(RaftConfig.Features.PAPER, limits, "", "");
      cluster.elect(1);
      for (int proposal = 0; proposal < 10; proposal++) {
        cluster.propose(1, "x");
      }
      assertThat(cluster.wire()).hasSize(5); // Of 49 bytes each: the fifth passes the limit.
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(11);
    }

    @Test
    void whatALostMessageLeavesOutIsSentAgainWhenTheNextOneIsRejected() {
      CoreCluster cluster = new CoreCluster(2);
      cluster.elect(1);
      cluster.propose(1, "x");
      cluster.drop(every(AppendEntries.class));
      cluster.propose(1, "y");
      cluster.deliverAll();
      assertThat(cluster.node(2).log()).isEqualTo("1 1:x 1:y");
    }

    @Test
    void aLostTailOrAnswerIsSentAgainInTime() {
      for (Class<? extends Message> lost : List.of(AppendEntries.class, AppendAccepted.class)) {
        CoreCluster cluster = new CoreCluster(2);
        cluster.elect(1);
        cluster.propose(1, "x");
        cluster.deliver(every(AppendEntries.class).and(_ -> lost == AppendAccepted.class));
        cluster.drop(every(lost));
        cluster.tickHeard(1, ELECTION_TICKS + 1);
        cluster.deliverAll();
        assertThat(cluster.raft(1).commitIndex()).isEqualTo(cluster.raft(1).last().index());
      }
    }

    @Test
    void messagesMayComeTwiceAndInAnyOrder() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      List.of("a", "b", "c", "d").forEach(command -> cluster.propose(1, command));
      for (int round = 0; round < 4; round++) {
        cluster.duplicate(_ -> true);
        cluster.reverse(_ -> true);
        cluster.deliver(_ -> true);
      }
      cluster.deliverAll();
      assertThat(cluster.node(3).log()).isEqualTo("1 1:a 1:b 1:c 1:d");
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(5);
    }

    @Test
    void lateAnswersMoveNothingBack() {
      CoreCluster cluster = CoreCluster.ofLogs("1 1 1", "1");
      cluster.timeout(1);
      cluster.deliver(every(RequestVote.class));
      cluster.deliver(to(1));
      cluster.deliver(every(AppendEntries.class));
      List<Message> early = cluster.take(every(AppendRejected.class));
      early.forEach(cluster::deliver);
      cluster.deliverAll();
      assertThat(cluster.raft(1).matchIndexes()).containsEntry(id(2), 4L);
      early.forEach(cluster::deliver);
      cluster.deliver(accepted(2, 1, 2, 1));
      assertThat(cluster.raft(1).matchIndexes()).containsEntry(id(2), 4L);
      assertThat(cluster.wire()).isEmpty();
    }

    /// The answer to the first probe is as good as none once a second one is under way.
    @Test
    void repeatedRejectionsDoNotRestartTheProbing() {
      CoreCluster cluster = CoreCluster.ofLogs("1 2 2 4 4", "1 1 1 3 3 3");
      cluster.timeout(1);
      cluster.deliver(every(RequestVote.class));
      cluster.deliver(to(1));
      for (int round = 0; round < 10; round++) {
        cluster.duplicate(every(AppendRejected.class));
        cluster.deliver(_ -> true);
      }
      assertThat(cluster.node(2).log()).isEqualTo("1 2 2 4 4 5");
      assertThat(cluster.wire()).isEmpty();
    }

    @Test
    void aPeerThatIsDownIsProbedWithOneEntryAtATime() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.crash(3);
      for (int proposal = 0; proposal < 50; proposal++) {
        cluster.propose(1, "x");
        cluster.deliverAll();
      }
      cluster.tickHeard(1, 5 * ELECTION_TICKS);
      List<Message> probes = cluster.take(to(3).and(every(AppendEntries.class)));
      assertThat(probes)
          .isNotEmpty()
          .allMatch(it -> it instanceof AppendEntries probe && probe.entries().size() == 1);
      cluster.restart(3);
      cluster.tickHeard(1, ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.node(3).log()).isEqualTo(cluster.node(1).log());
    }

    /// A message takes twice the timeout on the link, but all come through: no copy is needed.
    @Test
    void aSlowLinkIsNotFilledWithCopies() {
      RaftConfig.Limits limits = new RaftConfig.Limits(100, 1000, 1 << 20, 1 << 20);
      CoreCluster cluster = new CoreCluster(RaftConfig.Features.PAPER, limits, "", "");
      cluster.elect(1);
      for (int proposal = 0; proposal < 100; proposal++) {
        cluster.propose(1, "x");
      }
      int arrived = 0;
      while (cluster.raft(1).commitIndex() < 101 && arrived < 1000) {
        for (int tick = 0; tick < 2 * ELECTION_TICKS; tick++) {
          cluster.tick(1, 1);
          cluster.deliver(every(Heartbeat.class));
          cluster.deliver(every(HeartbeatReply.class));
        }
        cluster.deliverNext(every(AppendEntries.class));
        cluster.deliver(to(1));
        arrived++;
      }
      assertThat(arrived).isLessThan(100); // The first 20 hold one entry each, the others two.
    }
  }

  /// What would let a queue grow without end, or keep it shut for ever.
  @Nested
  class Bounds {
    private final RaftConfig.Limits limits = new RaftConfig.Limits(100, 1000, 100, 100);

    /// Of 49 bytes each, so that two find room.
    private long takenOfFive(CoreCluster cluster) {
      List<Long> tickets = new ArrayList<>();
      for (int proposal = 0; proposal < 5; proposal++) {
        tickets.add(cluster.propose(1, "x"));
      }
      return tickets.stream().filter(cluster.node(1).accepted::containsKey).count();
    }

    @Test
    void aLeaderTakesNoMoreThanItsLimitUncommittedAndAsMuchAgainOnceThatIsCommitted() {
      CoreCluster cluster =
          new CoreCluster(
              RaftConfig.Features.PAPER, limits, "1 1:a 1:b 1:c", "1 1:a", "1 1:a 1:b 1:c");
      cluster.elect(1);
      for (int round = 0; round < 20; round++) {
        assertThat(takenOfFive(cluster)).isEqualTo(2);
        assertThat(cluster.node(1).refused.values())
            .last()
            .extracting(Effects.Refused::reason)
            .isEqualTo(Effects.Reason.BUSY);
        cluster.deliverAll();
      }
    }

    @Test
    void aNewTermOfTheSameLeaderBeginsWithNothingOfTheOldOneOnItsAccount() {
      CoreCluster cluster = new CoreCluster(RaftConfig.Features.PAPER, limits, 3);
      cluster.elect(1);
      cluster.cut("1 | 2 3");
      assertThat(takenOfFive(cluster)).isEqualTo(2);
      cluster.heal();
      cluster.deliver(vote(2, 1, 2, false));
      cluster.elect(1);
      assertThat(takenOfFive(cluster)).isEqualTo(2);
    }

    @Test
    void anEntryLargerThanAllLimitsGoesAloneAndIsNotRefusedForEver() {
      CoreCluster cluster = new CoreCluster(RaftConfig.Features.PAPER, limits, 3);
      cluster.elect(1);
      cluster.propose(1, "x".repeat(5000));
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
    }

    @Test
    void aLongReplayIsHandedOutInPortions() {
      RaftConfig config = Shorthand.config(1, 3, RaftConfig.Features.PAPER, limits);
      CoreNode node = new CoreNode(config, new HardState(1, null), Shorthand.log("1 1 1 1 1 1 1"));
      Effects effects = node.receive(append(2, 1, 1, at(7, 1), "1", 8));
      assertThat(effects.committed()).hasSize(2);
      assertThat(effects.more()).isTrue();
      assertThat(node.applied).hasSize(8);
    }
  }
}
