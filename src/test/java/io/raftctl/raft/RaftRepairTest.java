package io.raftctl.raft;

import static io.raftctl.raft.kit.Shorthand.accepted;
import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.command;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.log;
import static io.raftctl.raft.kit.Shorthand.requestVote;
import static io.raftctl.raft.kit.Shorthand.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.raft.RaftConfig.Limits;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.repair.Damage.Prospect;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Disks that lose entries (Alagappan et al., "Protocol-Aware Recovery for Consensus-Based
/// Storage", FAST 2018), as sentences. `package-info` of the package `repair` has the argument.
class RaftRepairTest {
  /// So small that a leader reads all but its last entries from its disk.
  private static final Limits NO_CACHE = new Limits(1 << 20, 8 << 20, 64 << 20, 0);

  /// A node of three that starts on this log after the disk has lost entries of it.
  private static CoreNode damaged(String terms, long... lost) {
    CoreNode node = CoreNode.of(1, 3, terms);
    restart(node, lost);
    return node;
  }

  private static void restart(CoreNode node, long... lost) {
    node.crash();
    for (long index : lost) {
      node.disk.rot(index);
    }
    node.restart();
  }

  static void letTimePass(CoreCluster cluster, int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      for (CoreNode node : cluster.nodes()) {
        if (node.up()) {
          cluster.tick(Integer.parseInt(node.id.value()), 1);
        }
      }
      cluster.deliverAll();
    }
  }

  private static int leader(CoreCluster cluster) {
    List<CoreNode> leaders = cluster.nodes().stream().filter(it -> it.raft().leads()).toList();
    assertThat(leaders).hasSize(1);
    return Integer.parseInt(leaders.getFirst().id.value());
  }

  /// Somebody leads, nobody has lost anything, a new command commits, and all have applied the
  /// same.
  static void recovers(CoreCluster cluster) {
    for (int tick = 0; tick < 8 * Shorthand.ELECTION_TICKS && !settled(cluster); tick++) {
      letTimePass(cluster, 1);
    }
    int leader = leader(cluster);
    cluster.propose(leader, "new");
    letTimePass(cluster, 2 * Shorthand.HEARTBEAT_TICKS);
    for (CoreNode node : cluster.nodes()) {
      assertThat(node.disk.damaged()).isEmpty();
      assertThat(node.raft().damage().any()).isFalse();
      assertThat(node.applied).isEqualTo(cluster.node(leader).applied);
      assertThat(Shorthand.box(node.applied.getLast())).endsWith(":new");
    }
  }

  private static boolean settled(CoreCluster cluster) {
    return cluster.nodes().stream().filter(it -> it.raft().leads()).count() == 1
        && cluster.nodes().stream().noneMatch(it -> it.raft().damage().any());
  }

  private static Message.EntriesReply reply(int from, int to, long term, List<Entry> entries) {
    return new Message.EntriesReply(id(from), id(to), term, entries, List.of(), 1, null);
  }

  private static List<Message.RequestEntries> questions(List<Message> messages) {
    return messages.stream()
        .filter(Message.RequestEntries.class::isInstance)
        .map(Message.RequestEntries.class::cast)
        .toList();
  }

  @Nested
  class ALostEntryIsFetched {
    @Test
    void fromAnyPeerWithoutALeaderAndInAnyTerm() {
      CoreNode node = damaged("1 1:a 1:b", 2, 3);
      node.tick(1);
      Message.RequestEntries question = questions(node.takeSent()).getFirst();
      assertThat(question.to()).isEqualTo(id(2));
      assertThat(question.wanted()).containsExactly(at(2, 1), at(3, 1));
      node.receive(reply(2, 1, 0, log("1 1:a 1:b").subList(1, 3)));
      assertThat(node.disk.damaged()).isEmpty();
      assertThat(node.raft().damage().any()).isFalse();
      assertThat(node.raft().damage().mended()).isEqualTo(2);
      assertThat(node.raft().damage().mendedFrom()).isEqualTo(id(2));
      assertThat(node.raft().term()).isEqualTo(1);
    }

    @Test
    void andOnlyAsItWas() {
      CoreNode node = damaged("1 1:a 1:b", 2);
      node.receive(reply(2, 1, 1, List.of(command(at(2, 1), "x"))));
      node.receive(reply(2, 1, 1, List.of(command(at(2, 2), "a"))));
      assertThat(node.disk.damaged()).hasSize(1);
      node.receive(reply(2, 1, 1, List.of(command(at(2, 1), "a"))));
      assertThat(node.disk.damaged()).isEmpty();
    }

    @Test
    void fromWhomeverHoldsItWholeBeItDamagedItself() {
      CoreNode node = damaged("1 1:a 1:b 1:c", 3);
      Message.RequestEntries question =
          new Message.RequestEntries(
              id(2), id(1), 9, List.of(at(2, 1), at(3, 1), at(4, 1), at(4, 2), at(5, 1)), false);
      node.receive(question);
      assertThat(node.takeSent())
          .contains(
              new Message.EntriesReply(
                  id(1),
                  id(2),
                  1,
                  List.of(command(at(2, 1), "a"), command(at(4, 1), "c")),
                  List.of(at(3, 1), at(4, 2), at(5, 1)),
                  1,
                  null));
      assertThat(node.raft().term()).as("a question moves no term").isEqualTo(1);
    }

    @Test
    void inAsManyAnswersAsItTakes() {
      CoreCluster cluster =
          new CoreCluster(
              Features.DEFAULT, new Limits(60, 200, 2000, 0), "1 1:a 1:b 1:c", "1 1:a 1:b 1:c", "");
      cluster.restartWithout(1, 1, 2, 3, 4);
      cluster.tick(1, 1);
      cluster.deliver(CoreCluster.every(Message.RequestEntries.class));
      List<Message> answers = cluster.take(CoreCluster.every(Message.EntriesReply.class));
      assertThat(((Message.EntriesReply) answers.getFirst()).entries()).hasSize(1);
      answers.forEach(cluster::deliver);
      cluster.deliverAll();
      assertThat(cluster.node(1).disk.damaged()).isEmpty();
    }

    @Test
    void withoutHurryWhereNobodyHasIt() {
      CoreCluster cluster = new CoreCluster(Features.DEFAULT, Limits.DEFAULT, "1 1:a", "1", "1");
      cluster.restartWithout(1, 2);
      int[] asked = new int[1];
      cluster.observe(message -> asked[0] += message instanceof Message.RequestEntries ? 1 : 0);
      cluster.crash(3); // Nobody can be elected: 2 lacks what 1 knows of.
      letTimePass(cluster, 1000);
      assertThat(asked[0]).isBetween(10, 60);
      assertThat(cluster.raft(1).damage().prospect()).isEqualTo(Prospect.ASKING);
    }

    @Test
    void andEntriesFromALeaderMendToo() {
      CoreNode node = damaged("1 1:a 1:b", 2);
      node.receive(append(2, 1, 2, at(1, 1), "1:a 1:b 2:c", 4));
      assertThat(node.disk.damaged()).isEmpty();
      assertThat(node.applied).isEqualTo(log("1 1:a 1:b 2:c"));
    }

    @Test
    void andACrashBeforeTheSyncForgetsIt() {
      CoreNode node = damaged("1 1:a 1:b", 2);
      node.slowDisk();
      node.receive(append(2, 1, 1, at(3, 1), "1:c", 4));
      node.receive(reply(2, 1, 1, List.of(command(at(2, 1), "a"))));
      assertThat(node.applied).hasSize(4);
      assertThat(node.takeSent()).noneMatch(Message.AppendAccepted.class::isInstance);
      node.crash();
      node.restart();
      assertThat(node.raft().damage().first()).isEqualTo(at(2, 1));
    }
  }

  @Nested
  class WhoeverHasLostAnEntry {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neitherCampaignsNorAsksWhetherItCould(boolean preVote) {
      CoreNode node = CoreNode.of(1, 3, new Features(preVote, true), "1 1:a 1:b");
      restart(node, 2);
      node.tick(50);
      assertThat(node.takeSent()).isNotEmpty().allMatch(Message.RequestEntries.class::isInstance);
      assertThat(node.raft().term()).isEqualTo(1);
    }

    @Test
    void doesNotTakeALeadershipThatIsHandedOver() {
      CoreNode node = damaged("1 1:a", 2);
      node.receive(Shorthand.heartbeat(2, 1, 1, 1, 0));
      node.receive(new Message.TimeoutNow(id(2), id(1), 1));
      assertThat(node.raft().role()).isEqualTo("follower");
    }

    @Test
    void refusesItsVoteToALogThatLacksIt() {
      CoreNode node = damaged("1 1:a 1:b", 3);
      node.receive(requestVote(2, 1, 2, at(2, 1)));
      assertThat(node.takeSent()).contains(vote(1, 2, 2, false));
      node.receive(requestVote(3, 1, 2, at(3, 1)));
      assertThat(node.takeSent()).contains(vote(1, 3, 2, true));
    }

    @Test
    void takesWhatFollowsAndVouchesForWhatLiesBeforeOnly() {
      CoreNode node = damaged("1 1:a 1:b", 2);
      node.receive(append(2, 1, 1, at(3, 1), "1:c", 0));
      assertThat(node.log()).isEqualTo("1 1:a 1:b 1:c");
      assertThat(node.takeSent()).contains(new Message.AppendAccepted(id(1), id(2), 1, 1, 4, true));
      node.receive(reply(3, 1, 1, List.of(command(at(2, 1), "a"))));
      assertThat(node.takeSent()).contains(accepted(1, 2, 1, 4));
    }

    @Test
    void appliesNothingPastIt() {
      CoreNode node = damaged("1 1:a 1:b", 2);
      node.receive(append(2, 1, 1, at(3, 1), "1:c", 4));
      assertThat(node.raft().commitIndex()).isEqualTo(4);
      assertThat(node.applied).isEqualTo(log("1"));
      node.receive(reply(3, 1, 1, List.of(command(at(2, 1), "a"))));
      assertThat(node.applied).isEqualTo(log("1 1:a 1:b 1:c"));
    }

    @Test
    void missesItNoLongerOnceALeaderReplacesIt() {
      CoreNode node = damaged("1 1:a 1:b", 2, 3);
      node.receive(append(2, 1, 2, at(1, 1), "2:x", 2));
      assertThat(node.raft().damage().any()).isFalse();
      assertThat(node.applied).isEqualTo(log("1 2:x"));
      assertThat(node.takeSent()).contains(accepted(1, 2, 2, 2));
    }

    @Test
    void learnsWhoBelongsToTheClusterOnceItIsMended() {
      CoreNode node = damaged("1 1:{1,2,3+~4-}", 2);
      assertThat(node.raft().members().learners()).isEmpty();
      node.receive(Shorthand.heartbeat(4, 1, 1, 1, 0));
      node.tick(30);
      assertThat(questions(node.takeSent())).extracting(Message::to).contains(id(4));
      node.receive(reply(4, 1, 1, log("1 1:{1,2,3+~4-}").subList(1, 2)));
      assertThat(node.raft().members().learners()).containsExactly(id(4));
    }
  }

  @Nested
  class ALeader {
    @Test
    void countsAPeerForWhatItHoldsWholeOnly() {
      CoreCluster cluster = CoreCluster.ofLogs("1 1:a 1:b", "1 1:a 1:b", "1 1:a 1:b");
      cluster.restartWithout(2, 2);
      cluster.cut("1 2");
      cluster.timeout(1);
      cluster.drop(CoreCluster.every(Message.RequestEntries.class));
      letPassWithoutRepair(cluster, 40);
      assertThat(cluster.raft(1).leads()).isTrue();
      assertThat(cluster.raft(1).commitIndex()).isZero();
      assertThat(cluster.raft(2).last()).isEqualTo(cluster.raft(1).last());
      letTimePass(cluster, 40);
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(4);
    }

    @Test
    void goesOnToSendWhatFollowsAndDoesNotRepeatItself() {
      CoreCluster cluster = CoreCluster.ofLogs("1 1:a 1:b", "1 1:a 1:b", "1 1:a 1:b");
      cluster.restartWithout(2, 2);
      cluster.timeout(1);
      letPassWithoutRepair(cluster, 20);
      int[] sent = new int[1];
      cluster.observe(
          message ->
              sent[0] +=
                  message instanceof Message.AppendEntries && message.to().equals(id(2)) ? 1 : 0);
      for (int command = 0; command < 20; command++) {
        cluster.propose(1, "c" + command);
        letPassWithoutRepair(cluster, 1);
      }
      letPassWithoutRepair(cluster, 100);
      assertThat(cluster.raft(2).last()).isEqualTo(cluster.raft(1).last());
      assertThat(sent[0]).isLessThan(50);
    }

    /// Time passes, and all but the repair gets through.
    private void letPassWithoutRepair(CoreCluster cluster, int ticks) {
      for (int tick = 0; tick < ticks; tick++) {
        cluster.tick(1, 1);
        cluster.tick(2, 1);
        cluster.drop(CoreCluster.every(Message.RequestEntries.class));
        cluster.deliverAll();
      }
    }

    @Test
    void hearsOfARepairThoughTheWordGetsLost() {
      CoreCluster cluster = CoreCluster.ofLogs("1 1:a 1:b", "1 1:a 1:b", "1 1:a 1:b");
      cluster.restartWithout(2, 2);
      cluster.cut("1 2");
      cluster.timeout(1);
      letPassWithoutRepair(cluster, 20);
      while (!cluster.node(2).disk.damaged().isEmpty()) {
        cluster.tick(2, 1);
        cluster.deliver(CoreCluster.every(Message.RequestEntries.class));
        cluster.deliver(CoreCluster.every(Message.EntriesReply.class));
      }
      cluster.drop(_ -> true);
      assertThat(cluster.raft(1).commitIndex()).isZero();
      letTimePass(cluster, 2 * Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(1).commitIndex()).isEqualTo(4);
    }

    @Test
    void thatFindsALossHandsOver() {
      CoreCluster cluster = new CoreCluster(Features.DEFAULT, NO_CACHE, 3);
      cluster.elect(1);
      cluster.cut("1 2");
      for (String text : List.of("a", "b", "c")) {
        cluster.propose(1, text);
        cluster.deliverAll();
      }
      cluster.node(1).disk.rot(2);
      cluster.heal();
      letTimePass(cluster, Shorthand.ELECTION_TICKS);
      assertThat(cluster.raft(2).leads()).as("at once, not after a timeout of two nodes").isTrue();
      recovers(cluster);
    }

    @Test
    void ofOneHasNobodyToAsk() {
      CoreCluster cluster = new CoreCluster(Features.DEFAULT, Limits.DEFAULT, "1 1:a 1:b");
      cluster.restartWithout(1, 2);
      letTimePass(cluster, 100);
      assertThat(cluster.raft(1).leads()).isFalse();
      assertThat(cluster.node(1).applied).isEmpty();
      assertThat(cluster.raft(1).damage().first()).isEqualTo(at(2, 1));
      assertThat(cluster.raft(1).damage().prospect()).isEqualTo(Prospect.NOBODY);
    }
  }

  /// What an applier beside the loop found out, or whoever showed the log to an operator.
  @Nested
  class AnEntryThatCouldNotBeReadToBeApplied {
    @Test
    void isHandedOutAgainOnceItIsMended() {
      CoreNode node = CoreNode.of(1, 3, "1");
      restart(node); // What it starts with is on the disk only.
      node.receive(append(2, 1, 1, at(1, 1), "1:a", 2));
      node.applied.clear();
      node.step(new Input.Unreadable(node.disk.damagedBy(1), true));
      assertThat(node.applied).isEmpty();
      node.receive(reply(3, 1, 1, log("1")));
      assertThat(node.applied).isEqualTo(log("1 1:a"));
    }

    @Test
    void isTakenFromMemoryWhereItStillIs() {
      CoreNode node = CoreNode.of(1, 3, "1");
      node.receive(append(2, 1, 1, at(1, 1), "1:a 1:b", 3));
      node.applied.clear();
      node.step(new Input.Unreadable(node.disk.damagedBy(2), true));
      assertThat(node.disk.damaged()).isEmpty();
      assertThat(node.applied).isEqualTo(log("1 1:a 1:b").subList(1, 3));
    }

    @Test
    void orToBeShownIsMendedAndNotHandedOutAgain() {
      CoreNode node = CoreNode.of(1, 3, "1");
      restart(node);
      node.receive(append(2, 1, 1, at(1, 1), "1:a", 2));
      node.applied.clear();
      node.step(new Input.Unreadable(node.disk.damagedBy(1), false));
      assertThat(node.raft().damage().first()).isEqualTo(at(1, 1));
      node.receive(reply(3, 1, 1, log("1")));
      assertThat(node.raft().damage().any()).isFalse();
      assertThat(node.disk.damaged()).isEmpty();
      assertThat(node.applied).isEmpty();
    }
  }

  @Nested
  class Tails {
    @Test
    void thatNobodyElseHeldAreReplaced() {
      CoreCluster cluster =
          new CoreCluster(Features.DEFAULT, Limits.DEFAULT, "1 1:a 1:b 1:c", "1 1:a", "1 1:a");
      cluster.restartWithout(1, 2, 3, 4);
      recovers(cluster);
      assertThat(cluster.node(1).log()).isEqualTo("1 1:a 2 2:new");
    }

    /// The other two may have committed nothing of it, or one of them did so with the node.
    @Test
    void thatMayBeCommittedAreWaitedFor() {
      CoreCluster cluster =
          new CoreCluster(Features.DEFAULT, Limits.DEFAULT, "1 1:a 1:b", "1 1:a", "1 1:a 1:b");
      cluster.restartWithout(1, 3);
      cluster.crash(3);
      letTimePass(cluster, 100);
      assertThat(cluster.raft(2).leads()).isFalse();
      cluster.restart(3);
      recovers(cluster);
      assertThat(cluster.node(2).applied.subList(0, 3)).isEqualTo(log("1 1:a 1:b"));
    }

    /// Each node has lost other entries; messages get lost and come twice, nodes crash meanwhile.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void areMendedThroughCrashesAndABadNetwork(int seed) {
      SplittableRandom random = new SplittableRandom(seed);
      String terms = "1 1:a 1:b 2 2:c 2:d";
      CoreCluster cluster =
          new CoreCluster(Features.DEFAULT, new Limits(120, 300, 2000, 0), terms, terms, terms);
      for (int node = 1; node <= 3; node++) {
        cluster.restartWithout(node, node, node + 3);
      }
      for (int step = 0; step < 300; step++) {
        int node = 1 + random.nextInt(3);
        switch (random.nextInt(8)) {
          case 0 -> {
            cluster.crash(node);
            cluster.restart(node);
          }
          case 1 -> cluster.drop(_ -> random.nextInt(3) == 0);
          case 2 -> cluster.duplicate(_ -> random.nextInt(3) == 0);
          case 3 -> cluster.deliver(_ -> random.nextBoolean());
          default -> cluster.tick(node, 1);
        }
      }
      recovers(cluster);
      assertThat(cluster.node(1).applied.subList(0, 6)).isEqualTo(log(terms));
    }
  }
}
