package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.every;
import static io.raftctl.raft.kit.CoreCluster.sentBy;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.accepted;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.beat;
import static io.raftctl.raft.kit.Shorthand.command;
import static io.raftctl.raft.kit.Shorthand.heartbeat;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.rejected;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.AppendAccepted;
import io.raftctl.raft.Message.AppendEntries;
import io.raftctl.raft.Message.AppendRejected;
import io.raftctl.raft.Message.RequestVote;
import io.raftctl.raft.Message.VoteReply;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the Raft paper says, in sentences that run. Read it beside the paper ("In Search of an
/// Understandable Consensus Algorithm", extended version), section by section.
///
/// `at(3, 2)` is the third entry, of term 2. A log is written as the paper draws it: the term of
/// each entry, with its command where that matters (`1 1:x 2`). A [CoreCluster] moves only when it
/// is told to, and checks the properties of Figure 3 at each step; a [CoreNode] is one node alone.
class RaftPaperTest {
  @Nested
  class Section51Terms {
    private final CoreCluster cluster = new CoreCluster(3);

    @Test
    void everyNodeStartsAsFollowerOfNobody() {
      assertThat(cluster.raft(1).role()).isEqualTo("follower");
      assertThat(cluster.raft(1).leader()).isNull();
      assertThat(cluster.raft(1).term()).isZero();
    }

    @Test
    void aNewerTermMakesEvenALeaderAFollower() {
      cluster.elect(1);
      cluster.deliver(vote(2, 1, 7, false));
      assertThat(cluster.raft(1).role()).isEqualTo("follower");
      assertThat(cluster.raft(1).term()).isEqualTo(7);
      assertThat(cluster.raft(1).vote()).isNull();
    }

    @Test
    void aStaleRequestIsRefusedWithTheNewerTermAndMovesNothing() {
      CoreNode node = CoreNode.of(1, 3, "1 5");
      node.receive(requestVote(2, 1, 4, at(9, 4)));
      node.receive(append(2, 1, 4, at(1, 1), "4", 2));
      node.receive(heartbeat(2, 1, 4, 1, 2));
      assertThat(node.takeSent())
          .containsExactly(vote(1, 2, 5, false), beat(1, 2, 5, 0), beat(1, 2, 5, 0));
      assertThat(node.log()).isEqualTo("1 5");
      assertThat(node.raft().leader()).isNull();
      assertThat(node.raft().commitIndex()).isZero();
    }
  }

  @Nested
  class Section52LeaderElection {
    private final CoreCluster cluster = new CoreCluster(3);

    @Test
    void aFollowerThatHearsNobodyAsksAllOthersForTheirVotes() {
      cluster.timeout(1);
      assertThat(cluster.raft(1).role()).isEqualTo("candidate");
      assertThat(cluster.raft(1).vote()).isEqualTo(id(1));
      assertThat(cluster.wire())
          .containsExactly(requestVote(1, 2, 1, EntryId.NONE), requestVote(1, 3, 1, EntryId.NONE));
    }

    @Test
    void aCandidateWithTheVotesOfAMajorityLeads() {
      cluster.timeout(1);
      cluster.deliver(to(2));
      cluster.deliver(to(1));
      assertThat(cluster.raft(1).leads()).isTrue();
      cluster.deliverAll();
      assertThat(cluster.raft(3).leader()).isEqualTo(id(1));
    }

    @Test
    void heartbeatsKeepFollowersFromCampaigning() {
      cluster.elect(1);
      for (int beat = 0; beat < 20; beat++) {
        cluster.heartbeat(1);
        cluster.deliverAll();
        cluster.tick(2, ELECTION_TICKS - 1);
      }
      assertThat(cluster.raft(2).role()).isEqualTo("follower");
    }

    @Test
    void aNodeVotesOncePerTermFirstComeFirstServed() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.receive(requestVote(2, 1, 1, EntryId.NONE));
      node.receive(requestVote(3, 1, 1, EntryId.NONE));
      node.receive(requestVote(2, 1, 1, EntryId.NONE)); // The answer got lost: it is given again.
      assertThat(node.takeSent())
          .containsExactly(vote(1, 2, 1, true), vote(1, 3, 1, false), vote(1, 2, 1, true));
    }

    @Test
    void aVoteLeavesOnlyOnceItIsOnDisk() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.slowDisk();
      node.receive(requestVote(2, 1, 1, EntryId.NONE));
      node.receive(requestVote(2, 1, 1, EntryId.NONE));
      assertThat(node.takeSent()).isEmpty();
      node.sync();
      assertThat(node.disk.syncedHardState()).isEqualTo(new HardState(1, id(2)));
      assertThat(node.takeSent()).containsExactly(vote(1, 2, 1, true), vote(1, 2, 1, true));
    }

    @Test
    void aVoteSurvivesACrash() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.receive(requestVote(2, 1, 1, EntryId.NONE));
      node.crash();
      node.restart();
      node.receive(requestVote(3, 1, 1, EntryId.NONE));
      assertThat(node.takeSent()).containsExactly(vote(1, 3, 1, false));
    }

    @Test
    void aCandidateKeepsItsOwnVoteThroughACrash() {
      CoreNode node = CoreNode.of(1, 5, "");
      node.timeout();
      node.crash();
      node.restart();
      node.receive(requestVote(2, 1, 1, EntryId.NONE));
      assertThat(node.takeSent()).containsExactly(vote(1, 2, 1, false));
    }

    @Test
    void aSplitVoteIsSettledInALaterTerm() {
      CoreCluster four = new CoreCluster(4);
      four.timeout(1);
      four.timeout(2);
      four.deliver(sentBy(1).and(to(3)));
      four.deliver(sentBy(2).and(to(4)));
      four.deliverAll();
      assertThat(four.nodes()).noneMatch(node -> node.raft().leads());
      four.elect(1);
      assertThat(four.raft(1).leads()).isTrue();
      assertThat(four.raft(1).term()).isEqualTo(2);
    }

    @Test
    void timeoutsAreSpreadAtRandomOverTwiceTheLeastOne() {
      CoreNode node = CoreNode.of(1, 3, "");
      TreeSet<Integer> waits = new TreeSet<>();
      for (int term = 1; term <= 300; term++) {
        int ticks = 0;
        while (node.raft().term() < term) {
          node.tick(1);
          ticks++;
        }
        waits.add(ticks);
      }
      assertThat(waits.first()).isEqualTo(ELECTION_TICKS);
      assertThat(waits.last()).isEqualTo(2 * ELECTION_TICKS - 1);
      assertThat(waits).hasSize(ELECTION_TICKS);
    }

    @Test
    void aClusterOfOneElectsItself() {
      CoreCluster one = new CoreCluster(1);
      one.timeout(1);
      assertThat(one.raft(1).leads()).isTrue();
      assertThat(one.raft(1).commitIndex()).isEqualTo(1);
    }
  }

  @Nested
  class Section53LogReplication {
    @Test
    void aCommandIsCommittedOnceAMajorityHoldsIt() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      cluster.propose(1, "x");
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(1);
      cluster.deliver(to(2));
      cluster.deliver(to(1));
      assertThat(cluster.node(1).applied).last().isEqualTo(command(at(2, 1), "x"));
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(cluster.node(3).applied).isEqualTo(cluster.node(1).applied);
    }

    @Test
    void aFollowerRejectsEntriesThatWouldLeaveAGap() {
      CoreNode node = CoreNode.of(1, 3, "1 1");
      node.receive(append(2, 1, 2, at(3, 1), "2", 3));
      assertThat(node.takeSent()).containsExactly(rejected(1, 2, 2, at(3, 1), at(2, 1)));
      assertThat(node.log()).isEqualTo("1 1");
      assertThat(node.raft().commitIndex()).isZero();
    }

    @Test
    void aConflictingTailGivesWayToTheLeadersEntries() {
      CoreNode node = CoreNode.of(1, 3, "1 1:old 1:older");
      node.receive(append(2, 1, 2, at(1, 1), "2:new", 2));
      assertThat(node.log()).isEqualTo("1 2:new");
      assertThat(node.applied).last().isEqualTo(command(at(2, 2), "new"));
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 2, 2));
    }

    @Test
    void aConflictCostsOneRoundTripATermAndNotOneAnEntry() {
      CoreCluster cluster =
          CoreCluster.ofLogs("1 4 4 4 4 6 6 6 6", "1 4 4 4 4 6 6 6 6", "1 2 2 2 3 3 3 3 5 5 5 5");
      TreeSet<EntryId> asked = new TreeSet<>();
      cluster.observe(
          message -> {
            if (message instanceof AppendRejected rejection) {
              asked.add(rejection.previous());
            }
          });
      cluster.timeout(1);
      cluster.deliverAll();
      assertThat(cluster.node(3).log()).isEqualTo("1 4 4 4 4 6 6 6 6 7");
      assertThat(asked).containsExactly(at(5, 4), at(9, 6));
    }

    /// Figure 7: followers (a) to (f), which lack entries, hold extra ones, or both.
    @Test
    void figure7EveryFollowerComesToHoldTheLeadersLog() {
      String leader = "1 1 1 4 4 5 5 6 6 6";
      CoreCluster cluster =
          CoreCluster.ofLogs(
              leader,
              "1 1 1 4 4 5 5 6 6",
              "1 1 1 4",
              "1 1 1 4 4 5 5 6 6 6 6",
              "1 1 1 4 4 5 5 6 6 6 7 7",
              "1 1 1 4 4 4 4",
              "1 1 1 2 2 2 3 3 3 3 3");
      cluster.elect(1);
      assertThat(cluster.nodes()).allMatch(node -> node.log().equals(leader + " 8"));
    }
  }

  @Nested
  class Section541ElectionRestriction {
    /// The last term decides, and the length only between equal terms.
    @ParameterizedTest
    @CsvSource({
      "1 1,   2, 1, true",
      "1 1,   3, 1, true",
      "1 1,   1, 1, false",
      "1 1,   1, 2, true",
      "1 3,   9, 2, false",
      "'',    0, 0, true",
      "1,     0, 0, false",
    })
    void aVoteGoesOnlyToALogThatIsAtLeastAsUpToDate(
        String log, long lastIndex, long lastTerm, boolean granted) {
      CoreNode voter = CoreNode.of(1, 3, log);
      voter.receive(requestVote(2, 1, 4, at(lastIndex, lastTerm)));
      assertThat(voter.takeSent()).containsExactly(vote(1, 2, 4, granted));
    }

    @Test
    void aCandidateThatLacksACommittedEntryCannotWin() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.cut("1 2 | 3");
      cluster.elect(1);
      cluster.heal();
      cluster.elect(3);
      assertThat(cluster.raft(3).leads()).isFalse();
      cluster.elect(2);
      assertThat(cluster.raft(2).leads()).isTrue();
    }
  }

  @Nested
  class Section542EntriesOfPreviousTerms {
    /// Figure 8, (a) to (c): node 1 led term 2, and leads again, in term 4, while node 5 has an
    /// entry of term 3. The entry of term 2 reaches a majority, node 3 being the third.
    private final CoreCluster cluster = CoreCluster.ofLogs("1 2:x", "1 2:x", "1", "1", "1 3:y");

    private void untilC() {
      cluster.crash(5);
      cluster.timeout(1);
      cluster.deliver(every(RequestVote.class));
      cluster.deliver(every(VoteReply.class));
      cluster.deliver(every(AppendEntries.class).and(to(3)));
      cluster.deliver(every(AppendRejected.class));
    }

    @Test
    void figure8AnEntryOfAnEarlierTermIsNotCommittedByCounting() {
      untilC();
      cluster.deliver(every(AppendEntries.class).and(to(3)));
      cluster.deliver(every(AppendAccepted.class));
      assertThat(cluster.node(3).log()).isEqualTo("1 2:x");
      assertThat(cluster.raft(1).commitIndex()).isZero();
      cluster.drop(every(AppendEntries.class));

      // (d): node 5 comes back, wins with its entry of term 3, and replaces what nobody relied on.
      cluster.crash(1);
      cluster.restart(5);
      cluster.timeout(5);
      cluster.deliverAll();
      cluster.elect(5);
      assertThat(cluster.raft(5).leads()).isTrue();
      assertThat(cluster.node(3).log()).isEqualTo("1 3:y 5");
    }

    @Test
    void figure8WithAnEntryOfItsOwnTermTheEarlierOneIsCommittedToo() {
      untilC();
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(3);

      // (e): now node 5 cannot win any more.
      cluster.crash(1);
      cluster.restart(5);
      cluster.elect(5);
      cluster.elect(5);
      assertThat(cluster.raft(5).leads()).isFalse();
    }
  }

  @Nested
  class Section55Crashes {
    private final CoreCluster cluster = new CoreCluster(3);

    @Test
    void aFollowerThatCrashedIsBroughtUpToDate() {
      cluster.elect(1);
      cluster.crash(3);
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.restart(3);
      cluster.tickHeard(1, ELECTION_TICKS + 1);
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(cluster.node(3).applied).isEqualTo(cluster.node(1).applied);
    }

    @Test
    void whatAMinorityHeldWhenItsLeaderFailedGivesWay() {
      cluster.elect(1);
      cluster.cut("1 | 2 3");
      cluster.propose(1, "lost");
      cluster.elect(2);
      cluster.propose(2, "kept");
      cluster.deliverAll();
      cluster.heal();
      cluster.heartbeat(2);
      cluster.deliverAll();
      assertThat(cluster.raft(1).leader()).isEqualTo(id(2));
      cluster.tick(2, ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.node(1).log()).isEqualTo("1 2 2:kept");
    }

    @Test
    void whatIsCommittedOutlivesACrashOfAllNodes() {
      cluster.elect(1);
      cluster.propose(1, "x");
      cluster.deliverAll();
      List.of(1, 2, 3).forEach(cluster::crash);
      List.of(1, 2, 3).forEach(cluster::restart);
      cluster.elect(3);
      assertThat(cluster.node(3).applied).contains(command(at(2, 1), "x"));
    }

    @Test
    void aRepeatedRequestIsAnsweredAgainAndChangesNothing() {
      CoreNode node = CoreNode.of(1, 3, "");
      AppendEntries request = append(2, 1, 1, EntryId.NONE, "1 1:x", 1);
      node.receive(request);
      Effects effects = node.receive(request);
      assertThat(effects.writes()).isFalse();
      assertThat(effects.committed()).isEmpty();
      assertThat(node.takeSent()).containsExactly(accepted(1, 2, 1, 2), accepted(1, 2, 1, 2));
    }
  }

  @Nested
  class Section8Clients {
    @Test
    void aLeaderOpensItsTermWithAnEmptyEntryAndSoCommitsWhatOthersLeft() {
      CoreCluster cluster = CoreCluster.ofLogs("1 1:x", "1 1:x", "1 1:x");
      cluster.elect(2);
      assertThat(cluster.node(2).log()).isEqualTo("1 1:x 2");
      assertThat(cluster.node(2).applied).contains(command(at(2, 1), "x"));
    }

    @Test
    void whoDoesNotLeadNamesTheLeader() {
      CoreCluster cluster = new CoreCluster(3);
      cluster.elect(1);
      long proposal = cluster.propose(2, "x");
      assertThat(cluster.node(2).refused.get(proposal).reason())
          .isEqualTo(Effects.Reason.NOT_LEADER);
      assertThat(cluster.node(2).refused.get(proposal).leader()).isEqualTo(id(1));
    }
  }
}
