package io.raftctl.raft;

import static io.raftctl.raft.RaftRepairTest.letTimePass;
import static io.raftctl.raft.RaftRepairTest.recovers;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.crc;
import static io.raftctl.raft.kit.Shorthand.encode;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.log;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.raft.RaftConfig.Limits;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.repair.Damage.Prospect;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Disks that lose the only snapshot that reaches their log, as sentences. `package-info` of the
/// package `repair` has the argument.
final class RaftLostSnapshotTest {
  private static Message.InstallSnapshot snapshot(long term, String terms) {
    List<Entry> entries = log(terms);
    byte[] bytes = encode(entries);
    Snapshot snapshot = new Snapshot(entries.getLast().id(), bytes.length, crc(bytes));
    return new Message.InstallSnapshot(id(2), id(1), term, snapshot, 0, bytes, crc(bytes));
  }

  /// Node 1 of three, whose log begins after 3@1 and holds 4@1.
  private static CoreNode lost(Features features) {
    CoreNode node = CoreNode.of(1, 3, features, "");
    node.receive(snapshot(1, "1 1:a 1:b"));
    node.receive(append(2, 1, 1, at(3, 1), "1:c", 3));
    node.crash();
    node.disk.loseSnapshots(0);
    node.restart();
    return node;
  }

  private static CoreNode lost() {
    return lost(Features.PAPER);
  }

  @Nested
  class WhoeverHasLostItsSnapshot {
    @Test
    void keepsItsTermItsVoteAndWhatIsBehind() {
      CoreNode node = lost();
      assertThat(node.raft().term()).isEqualTo(1);
      assertThat(node.log()).isEqualTo("1:c");
      assertThat(node.raft().commitIndex()).isEqualTo(3);
      assertThat(node.raft().damage().first()).isEqualTo(at(3, 1));
      assertThat(node.raft().damage().text())
          .isEqualTo("the snapshot up to entry 3 of term 1 is lost on this disk; asking 2, 3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neitherCampaignsNorAsksWhetherItCould(boolean preVote) {
      CoreNode node = lost(new Features(preVote, true));
      node.tick(50);
      assertThat(node.takeSent())
          .isNotEmpty()
          .allMatch(it -> it instanceof Message.RequestEntries request && request.lostFront());
      assertThat(node.raft().term()).isEqualTo(1);
    }

    @Test
    void doesNotTakeALeadershipThatIsHandedOver() {
      CoreNode node = lost();
      node.receive(Shorthand.heartbeat(2, 1, 1, 1, 0));
      node.receive(new Message.TimeoutNow(id(2), id(1), 1));
      assertThat(node.raft().role()).isEqualTo("follower");
    }

    @Test
    void refusesItsVoteToALogThatLacksWhatItsOwnNames() {
      CoreNode node = lost();
      node.receive(requestVote(2, 1, 2, at(3, 1)));
      assertThat(node.takeSent()).contains(vote(1, 2, 2, false));
      node.receive(requestVote(3, 1, 2, at(4, 1)));
      assertThat(node.takeSent()).contains(vote(1, 3, 2, true));
    }

    @Test
    void takesWhatFollowsVouchesForWhatLiesBeforeOnlyAndAppliesNothing() {
      CoreNode node = lost();
      node.receive(append(2, 1, 1, at(4, 1), "1:d", 5));
      assertThat(node.log()).isEqualTo("1:c 1:d");
      assertThat(node.takeSent()).contains(new Message.AppendAccepted(id(1), id(2), 1, 2, 5, true));
      assertThat(node.raft().commitIndex()).isEqualTo(5);
      assertThat(node.applied).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LINEARIZABLE", "LEASE", "STALE"})
    void answersNoRead(Consistency consistency) {
      CoreNode node = lost();
      node.receive(Shorthand.heartbeat(2, 1, 1, 1, 0));
      node.step(new Input.Read(7, consistency));
      assertThat(node.readable).isEmpty();
      assertThat(node.refused.get(7L))
          .isEqualTo(new Effects.Refused(7, Effects.Reason.NOT_LEADER, id(2)));
    }

    /// The members that it knows are those of its settings; others may have taken their places.
    @Test
    void asksWhoeverSpeaks() {
      CoreNode node = lost();
      node.receive(requestVote(4, 1, 2, at(3, 1)));
      node.tick(50);
      assertThat(node.takeSent())
          .filteredOn(Message.RequestEntries.class::isInstance)
          .extracting(Message::to)
          .contains(id(2), id(3), id(4));
    }

    @Test
    void hasNothingToGiveButTheEntriesThatItHolds() {
      CoreNode node = lost();
      node.takeSent();
      List<EntryId> wanted = List.of(at(2, 1), at(3, 1), at(4, 1));
      node.receive(new Message.RequestEntries(id(2), id(1), 1, wanted, false));
      node.receive(new Message.RequestEntries(id(3), id(1), 1, wanted.subList(2, 3), true));
      assertThat(node.takeSent())
          .filteredOn(Message.EntriesReply.class::isInstance)
          .containsExactly(
              new Message.EntriesReply(
                  id(1),
                  id(2),
                  1,
                  log("1 1:a 1:b 1:c").subList(3, 4),
                  wanted.subList(0, 2),
                  1,
                  null),
              new Message.EntriesReply(id(1), id(3), 1, List.of(), wanted.subList(2, 3), 1, null));
    }

    @Test
    void hasNoUseForAnOlderSnapshot() {
      CoreNode node = lost();
      Effects effects = node.receive(snapshot(1, "1 1:a"));
      assertThat(effects.snapshots().receive()).isEmpty();
      assertThat(node.raft().damage().front()).isTrue();
      assertThat(node.applied).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 1:a 1:b", "1 1:a 1:b 1:c"})
    void goesOnFromOneThatIsNotOlderAndKeepsWhatIsBehind(String terms) {
      CoreNode node = lost();
      node.receive(append(2, 1, 1, at(4, 1), "1:d", 5));
      node.receive(snapshot(1, terms));
      assertThat(node.raft().damage().any()).isFalse();
      assertThat(node.raft().last()).isEqualTo(at(5, 1));
      assertThat(node.applied).isEqualTo(log("1 1:a 1:b 1:c 1:d"));
      assertThat(node.takeSent()).contains(Shorthand.accepted(1, 2, 1, 5));
    }

    @Test
    void goesOnFromOneThatIsPastItsLog() {
      CoreNode node = lost();
      node.receive(snapshot(2, "1 1:a 1:b 1:c 2 2:d"));
      assertThat(node.raft().damage().any()).isFalse();
      assertThat(node.raft().last()).isEqualTo(at(6, 2));
      assertThat(node.log()).isEmpty();
      assertThat(node.applied).isEqualTo(log("1 1:a 1:b 1:c 2 2:d"));
    }

    /// Who all the members are is in the snapshot.
    @Test
    void countsForNothingIfItHasForgottenItsPromisesTooUntilItKnowsWhoHasToTell() {
      CoreNode node = CoreNode.of(1, 3, "");
      node.receive(snapshot(1, "1 1:a 1:b"));
      node.crash();
      node.disk.loseSnapshots(0);
      node.disk.write(0, HardState.LOST, List.of());
      node.disk.sync(0);
      node.restart();
      node.tick(5);
      long number =
          node.takeSent().stream()
              .filter(Message.RequestTerm.class::isInstance)
              .mapToLong(it -> ((Message.RequestTerm) it).number())
              .findFirst()
              .orElseThrow();
      for (int peer = 2; peer <= 3; peer++) {
        node.receive(
            new Message.TermReply(
                id(peer), id(1), 1, number, List.of(id(1), id(2), id(3)), Map.of()));
      }
      assertThat(node.raft().awaitedTerms()).isNotNull();
      node.receive(snapshot(1, "1 1:a 1:b"));
      node.tick(5);
      assertThat(node.raft().awaitedTerms()).isNull();
    }
  }

  @Nested
  class ACluster {
    /// Node 1 leads, and has given up what its snapshots up to 6@1 and 7@1 hold. Node 3 went on
    /// from a snapshot up to 5@1 and node 2 from one up to 7@1, and neither holds another one.
    private CoreCluster installed() {
      CoreCluster cluster = new CoreCluster(Features.DEFAULT, Limits.DEFAULT, 3);
      cluster.elect(1);
      cluster.cut("1 2");
      commit(cluster, "a", "b", "c");
      cluster.snapshot(1);
      commit(cluster, "d");
      cluster.snapshot(1);
      cluster.heal();
      letTimePass(cluster, Shorthand.ELECTION_TICKS);
      cluster.cut("1 3");
      commit(cluster, "e");
      cluster.snapshot(1);
      commit(cluster, "f");
      cluster.snapshot(1);
      cluster.heal();
      letTimePass(cluster, Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(3).firstIndex()).isEqualTo(6);
      assertThat(cluster.raft(2).firstIndex()).isEqualTo(8);
      commit(cluster, "g");
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(8);
      return cluster;
    }

    private void commit(CoreCluster cluster, String... commands) {
      for (String command : commands) {
        cluster.propose(1, command);
        cluster.deliverAll();
        cluster.heartbeat(1);
        cluster.deliverAll();
      }
    }

    @Test
    void givesANodeBackItsStateWhileItsLeaderLeadsOn() {
      CoreCluster cluster = installed();
      cluster.restartWithoutSnapshots(3, 0);
      letTimePass(cluster, 2 * Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(3).damage().any()).isFalse();
      assertThat(cluster.raft(1).leads()).as("the leader that was").isTrue();
      assertThat(cluster.node(3).applied).isEqualTo(cluster.node(1).applied);
      recovers(cluster);
    }

    @Test
    void ofWhichTwoOfThreeHaveLostItHealsFromTheThird() {
      CoreCluster cluster = installed();
      cluster.restartWithoutSnapshots(3, 0);
      cluster.restartWithoutSnapshots(2, 0);
      cluster.crash(1);
      letTimePass(cluster, 4 * Shorthand.ELECTION_TICKS);
      assertThat(cluster.nodes()).noneMatch(it -> it.up() && it.raft().leads());
      cluster.restart(1);
      recovers(cluster);
    }

    /// Node 2 has an entry that node 1 never got, so node 1 cannot be elected.
    @Test
    void givesItWhereNobodyCanLead() {
      CoreCluster cluster = installed();
      cluster.transfer(1, 3);
      letTimePass(cluster, Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(3).leads()).isTrue();
      cluster.cut("2 3");
      cluster.propose(3, "h");
      cluster.deliverAll();
      cluster.crash(3);
      cluster.restartWithoutSnapshots(2, 0);
      assertThat(cluster.raft(2).last()).isGreaterThan(cluster.raft(1).last());
      cluster.heal();
      letTimePass(cluster, 20 * Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(2).damage().any()).isFalse();
      assertThat(cluster.raft(2).leads()).isTrue();
      assertThat(cluster.node(2).log()).contains("h");
      cluster.restart(3);
      recovers(cluster);
    }

    /// Node 1 has all of the log still, and nobody can lead but with the votes of the others.
    @Test
    void getsItFromWhoeverHasTheEntriesAndTakesASnapshotForIt() {
      CoreCluster cluster = new CoreCluster(Features.DEFAULT, Limits.DEFAULT, "1 1:a", "", "1 1:a");
      CoreNode taker = cluster.node(2);
      taker.receive(snapshotTo2("1 1:a"));
      cluster.restartWithoutSnapshots(2, 0);
      assertThat(cluster.raft(1).commitIndex()).isZero();
      cluster.crash(3);
      for (int tick = 0; tick < 4 * Shorthand.ELECTION_TICKS; tick++) {
        cluster.tick(2, 1); // Node 1 does not campaign meanwhile.
        cluster.deliverAll();
      }
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(2);
      assertThat(cluster.raft(2).damage().any()).isFalse();
      assertThat(taker.applied).isEqualTo(log("1 1:a"));
      cluster.restart(3);
      recovers(cluster);
    }

    private Message.InstallSnapshot snapshotTo2(String terms) {
      Message.InstallSnapshot it = snapshot(1, terms);
      return new Message.InstallSnapshot(
          id(1), id(2), 1, it.snapshot(), 0, it.data(), it.checksum());
    }

    /// The newest snapshot of node 1 has rotted, too. It goes on from the one before, and knows of
    /// the entries behind that only because the other one says that they are committed.
    @Test
    void whoseLeaderHoldsAnOlderOneOnlyTakesAnother() {
      CoreCluster cluster = installed();
      cluster.crash(3);
      cluster.restartWithoutSnapshots(1, 1);
      cluster.restartWithoutSnapshots(2, 0);
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(6);
      for (int tick = 0; tick < 10 * Shorthand.ELECTION_TICKS; tick++) {
        cluster.tick(1, 1);
        cluster.tick(2, 1);
        cluster.deliverAll();
      }
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(1).snapshotIndex()).isGreaterThanOrEqualTo(7);
      assertThat(cluster.raft(2).damage().any()).isFalse();
      assertThat(cluster.node(2).applied).isEqualTo(cluster.node(1).applied);
    }

    @Test
    void ofWhichAllHaveLostItIsUnavailableAndSaysSo() {
      CoreCluster cluster = installed();
      for (int node = 1; node <= 3; node++) {
        cluster.restartWithoutSnapshots(node, 0);
      }
      letTimePass(cluster, 40 * Shorthand.ELECTION_TICKS);
      for (CoreNode node : cluster.nodes()) {
        assertThat(node.raft().leads()).isFalse();
        assertThat(node.applied).isEmpty();
        assertThat(node.raft().damage().front()).isTrue();
        assertThat(node.raft().damage().prospect()).isEqualTo(Prospect.NOBODY);
      }
    }
  }
}
