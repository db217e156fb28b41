package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.sentBy;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.nodes;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.AppendAccepted;
import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.kit.CoreCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Changes of the members (section 6 of the paper, section 4 of the thesis). Nodes 1 to 3 are the
/// cluster, nodes 4 and 5 wait to be added. See [RaftPaperTest] first.
class RaftMembershipTest {
  private final CoreCluster cluster =
      new CoreCluster(RaftConfig.Features.DEFAULT, RaftConfig.Limits.DEFAULT, 3, 5);

  @BeforeEach
  void elect() {
    cluster.elect(1);
  }

  private Effects.Reason refusal(long ticket) {
    return cluster.node(1).refused.get(ticket).reason();
  }

  /// Adds learners and lets them catch up.
  private void learn(String learners) {
    cluster.change(1, "1,2,3", learners);
    cluster.deliverAll();
    cluster.heartbeat(1);
    cluster.deliverAll();
  }

  @Nested
  class Growing {
    @Test
    void aLearnerGetsTheLogAndCountsForNothing() {
      cluster.propose(1, "x");
      learn("4");
      assertThat(cluster.node(4).log()).isEqualTo(cluster.node(1).log());
      assertThat(cluster.node(4).applied).isEqualTo(cluster.node(1).applied);

      cluster.cut("1 4 | 2 | 3");
      cluster.propose(1, "y");
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(3);
    }

    @Test
    void aLearnerNeverCampaignsButVotesWhereItIsAsked() {
      learn("4");
      cluster.tick(4, 5 * ELECTION_TICKS);
      assertThat(cluster.raft(4).role()).isEqualTo("learner");
      // It may have been promoted by an entry that it has not seen yet.
      cluster.deliver(requestVote(2, 4, 2, cluster.raft(1).last()));
      assertThat(cluster.raft(4).vote()).isEqualTo(id(2));
    }

    @Test
    void whoHasCaughtUpIsPromotedAndCountsFromTheEntryOn() {
      learn("4");
      cluster.change(1, "1,2,3,4", "");
      assertThat(cluster.raft(1).members().voters()).isEqualTo(nodes("1,2,3,4"));
      cluster.deliver(to(2));
      cluster.deliver(to(1));
      assertThat(cluster.raft(1).commitIndex()).as("two of four").isEqualTo(2);
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(3);
    }

    @Test
    void whoHasNotCaughtUpIsNotPromoted() {
      assertThat(refusal(cluster.change(1, "1,2,3,4", ""))).isEqualTo(Effects.Reason.NOT_CAUGHT_UP);
      learn("4");
      cluster.cut("1 2 3 | 4");
      cluster.tickHeard(1, ELECTION_TICKS);
      assertThat(refusal(cluster.change(1, "1,2,3,4", ""))).isEqualTo(Effects.Reason.NOT_CAUGHT_UP);
    }
  }

  @Nested
  class Joining {
    private static final int STILL_TICKS_MAX = 200 * ELECTION_TICKS;

    @Test
    void whoJoinsVotesAsSoonAsItHasCaughtUpWithoutAnotherWord() {
      cluster.propose(1, "x");
      cluster.join(1, "1,2,3", "4");
      assertThat(cluster.raft(1).members().voters()).isEqualTo(nodes("1,2,3"));
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(cluster.raft(4).members().voters()).isEqualTo(nodes("1,2,3,4"));
      assertThat(cluster.raft(4).members().joining()).isEmpty();
    }

    @Test
    void theNextLeaderKeepsTheWish() {
      cluster.cut("1 2 3 | 4");
      cluster.join(1, "1,2,3", "4");
      cluster.deliverAll();
      cluster.transfer(1, 2);
      cluster.deliverAll();
      assertThat(cluster.raft(2).leads()).isTrue();
      cluster.heal();
      for (int round = 0; round < 2; round++) {
        cluster.heartbeat(2);
        cluster.deliverAll();
      }
      assertThat(cluster.raft(2).members().voters()).isEqualTo(nodes("1,2,3,4"));
    }

    @Test
    void whoNeverComesIsRemovedAndItsIdIsUsedUp() {
      cluster.cut("1 2 3 | 4");
      cluster.join(1, "1,2,3", "4");
      cluster.deliverAll();
      cluster.tickHeard(1, STILL_TICKS_MAX);
      assertThat(cluster.raft(1).members().joining()).isEqualTo(nodes("4"));
      cluster.tickHeard(1, 2 * ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.raft(1).members().learners()).isEmpty();
      assertThat(cluster.raft(1).committedMembers().removed()).isEqualTo(nodes("4"));
    }

    @Test
    void whoIsHeardAndNeverCatchesUpIsRemovedToo() {
      cluster.cut("1 2 3 | 4");
      cluster.join(1, "1,2,3", "4");
      cluster.deliverAll();
      cluster.heal();
      cluster.tickHeard(1, STILL_TICKS_MAX + 2 * ELECTION_TICKS);
      assertThat(cluster.raft(4).leader()).as("it hears its leader").isEqualTo(id(1));
      cluster.drop(to(4));
      cluster.deliverAll();
      assertThat(cluster.raft(1).committedMembers().removed()).isEqualTo(nodes("4"));
    }
  }

  @Nested
  class OneAtATime {
    @Test
    void theNextChangeWaitsUntilTheLastOneIsCommitted() {
      cluster.change(1, "1,2,3", "4");
      assertThat(refusal(cluster.change(1, "1,2,3", "4,5")))
          .isEqualTo(Effects.Reason.CHANGE_UNDER_WAY);
      cluster.deliverAll();
      long next = cluster.change(1, "1,2,3", "4,5");
      assertThat(cluster.node(1).accepted).containsKey(next);
    }

    /// The "single-server bug": a change before a commit in the own term could be one of two that
    /// start from the same configuration.
    @Test
    void aLeaderThatHasCommittedNothingInItsTermChangesNothing() {
      CoreCluster fresh =
          new CoreCluster(RaftConfig.Features.PAPER, RaftConfig.Limits.DEFAULT, 3, 4);
      fresh.timeout(2);
      fresh.deliver(to(1));
      fresh.deliver(to(2));
      assertThat(fresh.raft(2).leads()).isTrue();
      long early = fresh.change(2, "1,2,3", "4");
      assertThat(fresh.node(2).refused.get(early).reason())
          .isEqualTo(Effects.Reason.CHANGE_UNDER_WAY);
    }

    @Test
    void whoStartsFromOtherMembersThanThereAreIsRefused() {
      var before = cluster.raft(1).members();
      learn("4");
      var change = new io.raftctl.raft.members.Change(nodes("1,2"), nodes(""));
      cluster.node(1).step(new Input.ChangeMembers(99, before, change));
      assertThat(refusal(99)).isEqualTo(Effects.Reason.MEMBERS_CHANGED);
    }

    @Test
    void whatWouldLeaveNoMajorityThatAnswersIsRefused() {
      cluster.cut("1 2 | 3");
      cluster.tickHeard(1, ELECTION_TICKS);
      long wish = cluster.change(1, "1,3", "");
      cluster.tickHeard(1, ELECTION_TICKS);
      assertThat(refusal(wish)).isEqualTo(Effects.Reason.NO_QUORUM);
    }
  }

  @Nested
  class Jointly {
    @BeforeEach
    void learnBoth() {
      learn("4,5");
    }

    @Test
    void severalVotersAtOnceNeedBothMajoritiesUntilTheOldOnesHaveLeft() {
      cluster.change(1, "1,4,5", "");
      assertThat(cluster.raft(1).members().joint()).isTrue();
      cluster.cut("1 4 5 | 2 3");
      cluster.deliverAll();
      assertThat(cluster.raft(1).members().joint()).as("the old ones decide too").isTrue();
      cluster.heal();
      cluster.tickHeard(1, 3 * ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.raft(1).members().joint()).isFalse();
      assertThat(cluster.raft(1).members().voters()).isEqualTo(nodes("1,4,5"));
      assertThat(cluster.raft(1).members().removed()).isEqualTo(nodes("2,3"));

      cluster.cut("1 4 5 | 2 3");
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.node(5).log()).endsWith(":x");
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(cluster.raft(1).last().index());
    }

    @Test
    void theNextLeaderFinishesWhatItsPredecessorBegan() {
      cluster.change(1, "1,4,5", "");
      cluster.deliver(every(AppendEntries.class));
      cluster.drop(every(AppendAccepted.class));
      cluster.crash(1);
      cluster.tick(2, ELECTION_TICKS);
      cluster.tick(3, ELECTION_TICKS);
      cluster.tick(4, ELECTION_TICKS);
      cluster.tick(5, ELECTION_TICKS);
      cluster.elect(4);
      assertThat(cluster.raft(4).leads()).isTrue();
      cluster.tickHeard(4, ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.raft(4).members().voters()).isEqualTo(nodes("1,4,5"));
      assertThat(cluster.raft(4).members().joint()).isFalse();
    }
  }

  @Nested
  class InTheLog {
    @Test
    void aConfigurationThatIsTakenOutOfTheLogCountsNoLonger() {
      cluster.cut("1 | 2 3 4");
      cluster.change(1, "1,2,3", "4");
      assertThat(cluster.raft(1).members().learners()).isEqualTo(nodes("4"));
      cluster.tick(2, ELECTION_TICKS);
      cluster.tick(3, ELECTION_TICKS);
      cluster.elect(2);
      cluster.propose(2, "x");
      cluster.deliverAll();
      cluster.heal();
      cluster.tickHeard(2, 3 * ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.node(1).log()).isEqualTo(cluster.node(2).log());
      assertThat(cluster.raft(1).members().learners()).isEmpty();
    }

    @Test
    void aRestartFindsWhatStandsInTheLogCommittedOrNot() {
      cluster.change(1, "1,2,3", "4");
      cluster.crash(1);
      cluster.restart(1);
      assertThat(cluster.raft(1).members().learners()).isEqualTo(nodes("4"));
    }

    @Test
    void aSnapshotBringsTheMembersAlong() {
      cluster.change(1, "1,2,3", "4");
      cluster.cut("1 2 3 | 4 | 5");
      cluster.deliverAll();
      for (int snapshot = 0; snapshot < 2; snapshot++) {
        cluster.propose(1, "s" + snapshot);
        cluster.deliverAll();
        cluster.snapshot(1);
      }
      cluster.heal();
      cluster.tickHeard(1, 3 * ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.node(4).applied).isEqualTo(cluster.node(1).applied);
      assertThat(cluster.raft(4).members()).isEqualTo(cluster.raft(1).members());
      cluster.crash(4);
      cluster.restart(4);
      assertThat(cluster.raft(4).members()).isEqualTo(cluster.raft(1).members());
    }
  }

  @Nested
  class Leaving {
    @Test
    void aLeaderThatIsRemovedLeadsUntilThatIsCommittedAndThenHandsOver() {
      cluster.change(1, "2,3", "");
      assertThat(cluster.raft(1).leads()).isTrue();
      cluster.deliver(every(AppendEntries.class));
      assertThat(cluster.raft(1).leads()).isTrue();
      cluster.deliverAll();
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(cluster.nodes()).filteredOn(node -> node.raft().leads()).hasSize(1);
    }

    /// Node 1 alone holds the entry by which it is no voter. Neither can the others win against its
    /// log, nor may it wait: it leads once more, without counting itself.
    @Test
    void whoIsRemovedByAnEntryThatNobodyElseHoldsLeadsOnceMore() {
      CoreCluster two =
          new CoreCluster(RaftConfig.Features.DEFAULT, RaftConfig.Limits.DEFAULT, 2, 2);
      two.elect(1);
      two.change(1, "2", "");
      two.cut("1 | 2");
      two.tick(1, 2 * ELECTION_TICKS);
      assertThat(two.raft(1).leads()).isFalse();
      two.heal();
      for (int tick = 0; tick < 8 * ELECTION_TICKS; tick++) {
        two.tick(1, 1);
        two.tick(2, 1);
        two.deliverAll();
      }
      assertThat(two.raft(2).leads()).isTrue();
      assertThat(two.raft(2).members().voters()).isEqualTo(nodes("2"));
      assertThat(two.raft(2).commitIndex()).isEqualTo(two.raft(2).last().index());
    }

    @Test
    void aLeaderThatIsRemovedDoesNotCountItself() {
      cluster.change(1, "2,3", "");
      long index = cluster.raft(1).last().index();
      cluster.deliver(to(2));
      cluster.deliver(sentBy(2));
      assertThat(cluster.raft(1).commitIndex()).isLessThan(index);
      cluster.deliver(to(3));
      cluster.deliver(sentBy(3));
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(index);
    }

    /// Loyalty keeps it away for as long as there is a leader; and its removal in between.
    @Test
    void whoeverIsRemovedIsNotHeardAsACandidateWhereNobodyLeadsEither() {
      cluster.change(1, "1,2", "");
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.cut("1 | 2 | 3");
      cluster.tick(2, ELECTION_TICKS);
      cluster.heal();
      cluster.deliver(requestVote(3, 2, 9, at(1_000, 8)));
      assertThat(cluster.raft(2).term()).isEqualTo(1);
      assertThat(cluster.raft(2).vote()).isNotEqualTo(id(3));
    }

    @Test
    void whoeverIsRemovedDisturbsNobody() {
      cluster.change(1, "1,2", "");
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.tick(3, 20 * ELECTION_TICKS);
      cluster.deliverAll();
      cluster.deliver(requestVote(3, 2, 9, cluster.raft(1).last()));
      cluster.deliverAll();
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(2).term()).isEqualTo(1);
    }

    @Test
    void aStrangerDisturbsNobodyWhoHearsItsLeader() {
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.deliver(requestVote(9, 2, 8, cluster.raft(2).last()));
      assertThat(cluster.raft(2).term()).isEqualTo(1);
      assertThat(cluster.wire()).isEmpty();
    }

    /// Node 3 missed how 1 and 2 were replaced by 4 and 5, and only it and 5 are left.
    @Test
    void whoIsBehindVotesForAMemberThatItDoesNotKnowYet() {
      learn("4,5");
      cluster.cut("1 2 4 5 | 3");
      cluster.change(1, "3,4,5", "");
      cluster.tickHeard(1, 3 * ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.raft(5).members().voters()).isEqualTo(nodes("3,4,5"));
      assertThat(cluster.raft(3).members().contains(id(5))).isTrue();
      cluster.cut("3 5 | 1 | 2 | 4");
      for (int tick = 0; tick < 6 * ELECTION_TICKS; tick++) {
        cluster.tick(3, 1);
        cluster.tick(5, 1);
        cluster.deliverAll();
      }
      assertThat(cluster.raft(5).leads()).isTrue();
    }

    @Test
    void anIdIsNotUsedAgain() {
      cluster.change(1, "1,2", "");
      cluster.deliverAll();
      assertThat(refusal(cluster.change(1, "1,2", "3"))).isEqualTo(Effects.Reason.SENSELESS_CHANGE);
    }
  }
}
