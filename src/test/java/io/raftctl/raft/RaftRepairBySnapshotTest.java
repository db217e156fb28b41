package io.raftctl.raft;

import static io.raftctl.raft.RaftRepairTest.letTimePass;
import static io.raftctl.raft.RaftRepairTest.recovers;
import static io.raftctl.raft.kit.Shorthand.at;
import static io.raftctl.raft.kit.Shorthand.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.raft.RaftConfig.Limits;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.repair.Damage.Prospect;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a snapshot does for entries that a disk has lost.
final class RaftRepairBySnapshotTest {
  /// So small that a leader reads all but its last entries from its disk.
  private static final Limits NO_CACHE = new Limits(1 << 20, 8 << 20, 64 << 20, 0);

  /// Node 1 leads, and keeps entries from the sixth on; node 2 has all of them, node 3 too.
  private CoreCluster compacted() {
    CoreCluster cluster = new CoreCluster(Features.DEFAULT, NO_CACHE, 3);
    cluster.elect(1);
    for (String text : List.of("a", "b", "c", "d")) {
      cluster.propose(1, text);
      cluster.deliverAll();
    }
    cluster.snapshot(1);
    cluster.snapshot(2);
    cluster.propose(1, "e");
    cluster.heartbeat(1);
    cluster.deliverAll();
    cluster.snapshot(1);
    cluster.snapshot(2);
    cluster.propose(1, "f");
    letTimePass(cluster, 5);
    assertThat(cluster.raft(1).firstIndex()).isEqualTo(6);
    assertThat(cluster.raft(3).firstIndex()).isEqualTo(1);
    return cluster;
  }

  @Test
  void takesThePlaceOfWhatNobodyHasInItsLogAndWhatFollowsStays() {
    CoreCluster cluster = compacted();
    cluster.restartWithout(3, 2, 4);
    letTimePass(cluster, 10 * Shorthand.ELECTION_TICKS);
    assertThat(cluster.raft(3).damage().any()).isFalse();
    assertThat(cluster.raft(3).firstIndex()).isGreaterThan(4);
    assertThat(cluster.raft(3).last()).isEqualTo(cluster.raft(1).last());
    assertThat(cluster.raft(1).leads()).as("the leader that was").isTrue();
    recovers(cluster);
  }

  @Test
  void ofTheNodeItselfNeedsNobodyElse() {
    CoreCluster cluster = compacted();
    cluster.snapshot(3);
    cluster.restartWithout(3, 2, 4);
    assertThat(cluster.raft(3).damage().any()).isFalse();
    assertThat(cluster.raft(3).firstIndex()).isEqualTo(8);
    recovers(cluster);
  }

  @Test
  void ofTheNodeItselfNeedsNobodyElseWhileItRunsEither() {
    CoreCluster cluster = compacted();
    cluster.snapshot(3);
    CoreNode node = cluster.node(3);
    node.disk.rot(3);
    node.receive(new Message.RequestEntries(id(2), id(3), 1, List.of(at(3, 1)), false));
    assertThat(cluster.raft(3).damage().any()).isFalse();
    assertThat(cluster.raft(3).firstIndex()).isEqualTo(8);
    recovers(cluster);
  }

  @Test
  void takenLaterCoversAnEntryThatRottedAfterItWasApplied() {
    CoreCluster cluster = compacted();
    CoreNode node = cluster.node(3);
    node.disk.rot(3);
    node.receive(new Message.RequestEntries(id(2), id(3), 1, List.of(at(3, 1)), false));
    assertThat(cluster.raft(3).damage().first()).isEqualTo(at(3, 1));
    cluster.snapshot(3);
    assertThat(cluster.raft(3).damage().any()).isFalse();
    recovers(cluster);
  }

  /// Node 1 is gone. Node 2 has the entry in its snapshot, but not the last one of node 3, which
  /// nobody may be elected without.
  @Test
  void isFetchedWhereNobodyCanLead() {
    CoreCluster cluster = compacted();
    cluster.cut("1 3");
    cluster.propose(1, "g");
    letTimePass(cluster, 5);
    assertThat(cluster.raft(3).last()).isGreaterThan(cluster.raft(2).last());
    cluster.crash(1);
    cluster.heal();
    cluster.restartWithout(3, 2, 4);
    letTimePass(cluster, 20 * Shorthand.ELECTION_TICKS);
    assertThat(cluster.raft(3).damage().any()).isFalse();
    assertThat(cluster.raft(3).leads()).isTrue();
    assertThat(cluster.node(3).log()).contains("g");
  }

  @Test
  void isFetchedThoughItsChunksGetLostForLong() {
    CoreCluster cluster = compacted();
    cluster.cut("1 3");
    cluster.propose(1, "g");
    letTimePass(cluster, 5);
    cluster.heal();
    cluster.crash(1);
    cluster.restartWithout(3, 2, 4);
    for (int tick = 0; tick < 20 * Shorthand.ELECTION_TICKS; tick++) {
      cluster.tick(2, 1);
      cluster.tick(3, 1);
      cluster.deliver(CoreCluster.every(Message.RequestEntries.class));
      cluster.deliver(CoreCluster.every(Message.EntriesReply.class));
      cluster.deliver(CoreCluster.every(Message.RequestChunk.class));
      cluster.drop(CoreCluster.every(Message.InstallSnapshot.class));
    }
    assertThat(cluster.raft(3).damage().prospect()).isEqualTo(Prospect.IN_SNAPSHOT);
    letTimePass(cluster, 40 * Shorthand.ELECTION_TICKS);
    assertThat(cluster.raft(3).leads()).isTrue();
  }
}
