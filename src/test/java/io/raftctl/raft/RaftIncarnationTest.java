package io.raftctl.raft;

import static io.raftctl.raft.kit.CoreCluster.sentBy;
import static io.raftctl.raft.kit.CoreCluster.to;
import static io.raftctl.raft.kit.Shorthand.ELECTION_TICKS;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.nodes;
import static io.raftctl.raft.kit.Shorthand.rejected;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Message.AppendAccepted;
import io.raftctl.raft.kit.CoreCluster;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// A member that comes back on an empty disk under its old id: it has forgotten what it promised,
/// and nothing may rest on it. Nodes 1 to 3 are the cluster, node 4 waits to be added; node `n` is
/// of incarnation `100 n`, and one more once it was wiped.
class RaftIncarnationTest {
  private final CoreCluster cluster = CoreCluster.known(3, 4);

  /// All is said, and all know what is committed.
  private void settle() {
    cluster.deliverAll();
    cluster.heartbeat(1);
    cluster.deliverAll();
  }

  @Nested
  class Recorded {
    @Test
    void theFirstEntryOfALogSaysWhoBeganIt() {
      cluster.elect(1);
      assertThat(cluster.raft(1).membersAt(1).incarnations()).containsEntry(id(1), 100L);
      assertThat(cluster.raft(2).members().incarnations())
          .containsOnlyKeys(id(1), id(2), id(3))
          .containsEntry(id(2), 200L);
      assertThat(cluster.raft(2).members().voters()).isEqualTo(nodes("1,2,3"));
    }

    @Test
    void aMemberThatComesLaterIsRecordedWhenItIsMet() {
      cluster.cut("1 2 | 3");
      cluster.elect(1);
      assertThat(cluster.raft(1).members().incarnations()).containsOnlyKeys(id(1), id(2));
      cluster.cut("1 2 3");
      cluster.heartbeat(1);
      cluster.deliverAll();
      assertThat(cluster.raft(1).members().incarnations()).containsEntry(id(3), 300L);
    }

    @Test
    void whoHasNoRecordYetCountsForNothing() {
      cluster.cut("1 2 | 3");
      cluster.elect(1);
      cluster.cut("1 | 2 | 3");
      cluster.propose(1, "x");
      cluster.cut("1 3 | 2");
      cluster.heartbeat(1);
      // Its first word makes the record; what it holds by then does not count yet.
      cluster.deliver(to(3));
      cluster.deliver(sentBy(3));
      long recorded = cluster.raft(1).last().index();
      assertThat(cluster.raft(1).commitIndex()).isLessThan(recorded);
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(recorded);
    }

    @Test
    void aChangeThatWouldRestOnAMemberWithoutARecordIsRefused() {
      cluster.cut("1 2 | 3");
      cluster.elect(1);
      settle();
      // A node of an older build: it is heard, and cannot be recorded.
      cluster.node(1).receive(rejected(3, 1, 1, at(1, 1), EntryId.NONE));
      long ticket = cluster.change(1, "1,3", "");
      cluster.tickHeard(1, ELECTION_TICKS);
      assertThat(cluster.node(1).refused.get(ticket).reason()).isEqualTo(Effects.Reason.NO_QUORUM);
    }

    @Test
    void aLearnerIsRecordedBeforeItIsPromoted() {
      cluster.elect(1);
      cluster.change(1, "1,2,3", "4");
      settle();
      assertThat(cluster.raft(1).members().incarnations()).containsEntry(id(4), 400L);
      cluster.change(1, "1,2,3,4", "");
      cluster.deliverAll();
      assertThat(cluster.raft(4).members().voters()).isEqualTo(nodes("1,2,3,4"));
      assertThat(cluster.raft(4).members().incarnations()).containsEntry(id(4), 400L);
    }

    @Test
    void whoIsRemovedHasNoRecordAnyMoreAndNoWayBack() {
      cluster.elect(1);
      cluster.change(1, "1,2", "");
      settle();
      assertThat(cluster.raft(2).members().incarnations()).containsOnlyKeys(id(1), id(2));
      assertThat(cluster.raft(2).committedMembers().removed()).isEqualTo(nodes("3"));
    }

    /// A leader that an entry removes has to lead once more where it alone holds that entry: the
    /// record of it goes with that entry, too.
    @Test
    void aLeaderThatAnUncommittedEntryRemovesLeadsOnceMore() {
      cluster.elect(1);
      cluster.change(1, "2,3", "");
      cluster.cut("1 | 2 | 3");
      cluster.crash(1);
      cluster.restart(1);
      assertThat(cluster.raft(1).members().votes(id(1))).isFalse();
      cluster.cut("1 2 3");
      cluster.drop(_ -> true);
      cluster.tick(2, ELECTION_TICKS);
      cluster.tick(3, ELECTION_TICKS);
      cluster.drop(_ -> true);
      cluster.elect(1);
      cluster.tickHeard(1, 2 * ELECTION_TICKS);
      cluster.deliverAll();
      assertThat(cluster.raft(2).committedMembers().removed()).isEqualTo(nodes("1"));
    }
  }

  @Nested
  class Wiped {
    /// Node 2 holds `x` with the leader, node 3 lags; then node 2 loses its disk.
    private void loseOneOfTwoCopies() {
      cluster.elect(1);
      settle();
      cluster.cut("1 2 | 3");
      cluster.propose(1, "x");
      cluster.deliverAll();
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(cluster.raft(1).last().index());
      cluster.wipe(2);
    }

    @Test
    void itsVoteIsNotCounted() {
      loseOneOfTwoCopies();
      cluster.cut("1 | 2 3");
      cluster.tick(3, ELECTION_TICKS);
      cluster.timeout(3);
      cluster.deliverAll();
      assertThat(cluster.raft(3).leads()).as("without the committed x").isFalse();
    }

    @Test
    void itDoesNotLeadEvenOnceItHoldsTheLog() {
      loseOneOfTwoCopies();
      cluster.cut("1 2 3");
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.cut("1 | 2 3");
      for (int round = 0; round < 5; round++) {
        cluster.tick(3, 2 * ELECTION_TICKS);
        cluster.tick(2, 2 * ELECTION_TICKS);
        cluster.deliverAll();
      }
      assertThat(cluster.raft(2).leads()).isFalse();
    }

    @Test
    void itsAcceptanceCommitsNothing() {
      cluster.elect(1);
      settle();
      cluster.wipe(2);
      cluster.cut("1 2 | 3");
      long before = cluster.raft(1).commitIndex();
      cluster.propose(1, "x");
      cluster.deliverAll();
      cluster.deliver(
          new AppendAccepted(id(2), id(1), 1, before + 1, before + 1, true)); // Whatever it says.
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(before);
    }

    @Test
    void itKeepsNoLeaderInOffice() {
      cluster.elect(1);
      settle();
      cluster.wipe(2);
      cluster.cut("1 2 | 3");
      cluster.tickHeard(1, 3 * ELECTION_TICKS);
      assertThat(cluster.raft(1).leads()).isFalse();
    }

    @Test
    void itUnseatsNobody() {
      cluster.elect(1);
      settle();
      cluster.wipe(2);
      cluster.deliver(requestVote(2, 1, 9, EntryId.NONE));
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(1).term()).isEqualTo(1);
    }

    @Test
    void theClusterGoesOnWithoutItAndRemovesIt() {
      loseOneOfTwoCopies();
      cluster.cut("1 2 3");
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.propose(1, "y");
      settle();
      assertThat(cluster.raft(3).commitIndex()).isEqualTo(cluster.raft(1).last().index());
      cluster.change(1, "1,3", "");
      settle();
      assertThat(cluster.raft(3).committedMembers().removed()).isEqualTo(nodes("2"));
    }
  }

  @Nested
  class OlderBuilds {
    /// Nodes that say no incarnation could not read an entry with one.
    @Test
    void nothingIsRecordedWhileAnyMemberIsOfAnOlderBuild() {
      CoreCluster older = new CoreCluster(RaftConfig.Features.DEFAULT, 3);
      older.elect(1);
      older.propose(1, "x");
      older.deliverAll();
      assertThat(older.raft(1).members().incarnations()).isEmpty();
      assertThat(older.raft(1).commitIndex()).isEqualTo(2);
    }
  }
}
