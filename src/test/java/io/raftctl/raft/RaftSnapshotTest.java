package io.raftctl.raft;

import static io.raftctl.raft.kit.Shorthand.append;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.crc;
import static io.raftctl.raft.kit.Shorthand.encode;
import static io.raftctl.raft.kit.Shorthand.id;
import static io.raftctl.raft.kit.Shorthand.log;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Section 7 of the paper: snapshots in place of the log's front, and ways to get them wrong.
class RaftSnapshotTest {
  private static final RaftConfig.Limits SMALL_CHUNKS =
      new RaftConfig.Limits(4, 64, 10_000, 10_000);

  /// The leader 1 has given up the first entries, which node 3 lacks.
  private static CoreCluster compacted(RaftConfig.Limits limits) {
    CoreCluster cluster = new CoreCluster(RaftConfig.Features.DEFAULT, limits, "", "", "");
    cluster.elect(1);
    cluster.cut("1 2 | 3");
    for (String command : List.of("a", "b", "c", "d")) {
      cluster.propose(1, command);
      cluster.deliverAll();
      cluster.heartbeat(1);
      cluster.deliverAll();
      cluster.snapshot(1);
    }
    assertThat(cluster.raft(1).firstIndex()).isEqualTo(5);
    cluster.heal();
    return cluster;
  }

  private static void letTimePass(CoreCluster cluster, int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      cluster.tick(1, 1);
      cluster.deliverAll();
    }
  }

  /// A chunk from node 2, the leader of `term`, of a snapshot of these entries.
  private static Message.InstallSnapshot chunk(long term, String terms, int from, int to) {
    List<Entry> entries = log(terms);
    byte[] bytes = encode(entries);
    byte[] data = Arrays.copyOfRange(bytes, from, Math.min(to, bytes.length));
    Snapshot snapshot = new Snapshot(entries.getLast().id(), bytes.length, crc(bytes));
    return new Message.InstallSnapshot(id(2), id(1), term, snapshot, from, data, crc(data));
  }

  private static Message.InstallSnapshot whole(long term, String terms) {
    return chunk(term, terms, 0, Integer.MAX_VALUE);
  }

  @Test
  void aFollowerThatLacksWhatTheLeaderGaveUpGetsASnapshotAndThenEntries() {
    CoreCluster cluster = compacted(RaftConfig.Limits.DEFAULT);
    cluster.propose(1, "e");
    letTimePass(cluster, 30);
    assertThat(cluster.raft(3).last()).isEqualTo(cluster.raft(1).last());
    assertThat(cluster.node(3).applied).isEqualTo(cluster.node(1).applied);
    assertThat(cluster.raft(3).firstIndex()).isGreaterThan(1);
  }

  @Test
  void aSnapshotTravelsInChunksThatAreResentWhenLostAndIgnoredWhenRepeated() {
    CoreCluster cluster = compacted(SMALL_CHUNKS);
    for (int round = 0; round < 400 && cluster.raft(3).commitIndex() < 5; round++) {
      cluster.tick(1, 1);
      if (round % 3 == 0) {
        cluster.drop(CoreCluster.every(Message.InstallSnapshot.class));
      }
      cluster.duplicate(CoreCluster.every(Message.InstallSnapshot.class));
      cluster.reverse(CoreCluster.every(Message.SnapshotStored.class));
      cluster.deliver(_ -> true);
    }
    assertThat(cluster.node(3).applied).isEqualTo(cluster.node(1).applied);
  }

  /// A leader that turned to each newer snapshot at once might never get one to its end.
  @Test
  void aTransferGoesOnAlthoughANewerSnapshotIsThere() {
    CoreCluster cluster = compacted(SMALL_CHUNKS);
    Snapshot underWay = nextChunk(cluster).snapshot();
    assertThat(cluster.raft(1).snapshotIndex()).isGreaterThan(underWay.last().index());
    cluster.deliver(CoreCluster.to(3));
    cluster.deliver(CoreCluster.sentBy(3));
    Message.InstallSnapshot next = nextChunk(cluster);
    assertThat(next.snapshot()).isEqualTo(underWay);
    assertThat(next.position()).isPositive();
  }

  /// Time passes until the leader sends node 3 a chunk, which stays on the way.
  private static Message.InstallSnapshot nextChunk(CoreCluster cluster) {
    while (true) {
      cluster.heartbeat(1);
      for (Message message : cluster.wire()) {
        if (message instanceof Message.InstallSnapshot chunk) {
          return chunk;
        }
      }
      cluster.deliver(_ -> true);
    }
  }

  /// camunda#6092, etcd#1763: an installation took newer entries along.
  @Test
  void entriesBehindTheSnapshotSurviveIt() {
    CoreNode node = CoreNode.of(1, 3, "1 1:a 1:b 1:c");
    Effects effects = node.receive(whole(1, "1 1:a"));
    assertThat(effects.snapshots().receive()).isEmpty(); // It has all of it already.
    assertThat(node.log()).isEqualTo("1 1:a 1:b 1:c");
    assertThat(node.raft().commitIndex()).isEqualTo(2);
    assertThat(node.takeSent()).contains(Shorthand.accepted(1, 2, 1, 2));
  }

  /// hashicorp/raft#697: a log that conflicts with the snapshot was kept.
  @Test
  void aLogThatConflictsWithTheSnapshotIsDiscarded() {
    CoreNode node = CoreNode.of(1, 3, "1 1:x 1:y 1:z");
    node.receive(whole(2, "1 2:a"));
    assertThat(node.log()).isEmpty();
    assertThat(node.raft().last()).isEqualTo(at(2, 2));
    assertThat(node.applied).isEqualTo(log("1 2:a"));
    node.receive(append(2, 1, 2, at(2, 2), "2:b", 3));
    assertThat(node.applied).isEqualTo(log("1 2:a 2:b"));
  }

  /// openraft 71a290cd: an entry before the log's front was taken for a conflict.
  @Test
  void anAppendThatBeginsBeforeTheLogsFrontIsTaken() {
    CoreNode node = CoreNode.of(1, 3, "");
    node.receive(whole(2, "1 2:a 2:b"));
    node.takeSent();
    node.receive(append(2, 1, 2, at(1, 1), "2:a 2:b 2:c", 4));
    assertThat(node.takeSent()).contains(Shorthand.accepted(1, 2, 2, 4));
    assertThat(node.applied).isEqualTo(log("1 2:a 2:b 2:c"));
  }

  @Test
  void anOldSnapshotTakesNothingBack() {
    CoreNode node = CoreNode.of(1, 3, "");
    node.receive(whole(2, "1 2:a 2:b"));
    node.receive(whole(2, "1 2:a"));
    assertThat(node.raft().commitIndex()).isEqualTo(3);
    assertThat(node.applied).hasSize(3);
  }

  @Test
  void aLeaderOfAnOlderTermInstallsNothing() {
    CoreNode node = CoreNode.of(1, 3, "3");
    node.receive(whole(2, "1 2:a 2:b"));
    assertThat(node.raft().commitIndex()).isZero();
    assertThat(node.takeSent()).containsExactly(Shorthand.beat(1, 2, 3, 0));
  }

  /// camunda#10180: chunks out of order began the transfer again and again.
  @Test
  void chunksOutOfOrderAreAnsweredWithWhatIsThere() {
    CoreNode node = CoreNode.of(1, 3, "");
    node.receive(chunk(2, "1 2:a 2:b", 4, 9));
    node.receive(chunk(2, "1 2:a 2:b", 0, 4));
    node.receive(chunk(2, "1 2:a 2:b", 0, 4));
    assertThat(node.takeSent()).containsExactly(stored(0), stored(4), stored(4));
    node.receive(chunk(2, "1 2:a 2:b", 4, 9));
    assertThat(node.applied).isEqualTo(log("1 2:a 2:b"));
  }

  private static Message.SnapshotStored stored(long position) {
    return new Message.SnapshotStored(id(1), id(2), 2, at(3, 2), position);
  }

  @Test
  void anInstallationIsAcceptedOnlyOnceTheDiskHasIt() {
    CoreNode node = CoreNode.of(1, 3, "");
    node.slowDisk();
    node.receive(whole(2, "1 2:a"));
    assertThat(node.takeSent()).isEmpty();
    node.fastDisk();
    assertThat(node.takeSent()).contains(Shorthand.accepted(1, 2, 2, 2));
  }

  /// canonical/raft#199: a snapshot ahead of the log made the node refuse its start.
  @Test
  void aNodeThatCrashesBeforeItsLogFollowsTheSnapshotStartsFromTheSnapshot() {
    CoreNode node = CoreNode.of(1, 3, "1 1:x");
    node.slowDisk();
    node.receive(whole(2, "1 2:a 2:b"));
    node.crash();
    node.restart();
    assertThat(node.raft().last()).isEqualTo(at(3, 2));
    assertThat(node.raft().commitIndex()).isEqualTo(3);
    assertThat(node.applied).isEqualTo(log("1 2:a 2:b"));
  }

  @Test
  void theLogIsKeptFromTheSnapshotBeforeTheNewestOn() {
    CoreCluster cluster = new CoreCluster(1);
    cluster.elect(1);
    cluster.propose(1, "a");
    cluster.snapshot(1);
    assertThat(cluster.raft(1).firstIndex()).isEqualTo(1);
    cluster.propose(1, "b");
    cluster.snapshot(1);
    assertThat(cluster.raft(1).firstIndex()).isEqualTo(3);
    assertThat(cluster.raft(1).snapshotIndex()).isEqualTo(3);
  }
}
