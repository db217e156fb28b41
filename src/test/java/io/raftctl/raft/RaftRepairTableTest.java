package io.raftctl.raft;

import static io.raftctl.raft.RaftRepairTest.letTimePass;
import static io.raftctl.raft.RaftRepairTest.recovers;
import static io.raftctl.raft.Shorthand.at;
import static io.raftctl.raft.Shorthand.log;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.raft.RaftConfig.Limits;
import io.raftctl.raft.repair.Damage.Prospect;
import org.junit.jupiter.api.Test;

/// The table of "Protocol-Aware Recovery for Consensus-Based Storage" (FAST 2018): with one whole
/// copy of each entry left everything recovers, and otherwise nothing happens at all.
class RaftRepairTableTest {
  private static final String LOG = "1 1:a 1:b 1:c";

  /// Four entries on three nodes, each copy whole or lost: all 4,096 cases.
  @Test
  void whatCanRecoverDoesAndTheRestIsSafelyUnavailable() {
    int recovered = 0;
    for (int lost = 0; lost < 1 << 12; lost++) {
      try {
        recovered += judge(lost) ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "copies lost, nodes from the right: " + Integer.toBinaryString(lost), e);
      }
    }
    assertThat(recovered).isEqualTo(7 * 7 * 7 * 7);
  }

  /// @return whether each entry is whole somewhere
  private boolean judge(int lost) {
    CoreCluster cluster = new CoreCluster(Features.DEFAULT, Limits.DEFAULT, LOG, LOG, LOG);
    for (int node = 1; node <= 3; node++) {
      cluster.crash(node);
      for (int entry = 1; entry <= 4; entry++) {
        if ((lost >> (4 * (node - 1) + entry - 1) & 1) == 1) {
          cluster.node(node).disk.rot(entry);
        }
      }
    }
    for (int node = 1; node <= 3; node++) {
      cluster.restart(node);
    }
    int nowhere = lost & lost >> 4 & lost >> 8 & 0b1111;
    if (nowhere == 0) {
      recovers(cluster);
      assertThat(cluster.node(1).applied.subList(0, 4)).isEqualTo(log(LOG));
    } else {
      staysUnavailable(cluster, nowhere);
    }
    return nowhere == 0;
  }

  private static void staysUnavailable(CoreCluster cluster, int nowhere) {
    cluster.observeSteps(node -> assertThat(node.raft().leads()).isFalse());
    letTimePass(cluster, 2 * Shorthand.ELECTION_TICKS + 1);
    EntryId first = at(1 + Integer.numberOfTrailingZeros(nowhere), 1);
    for (CoreNode node : cluster.nodes()) {
      assertThat(node.applied).isEmpty();
      assertThat(node.log()).isEqualTo(LOG);
      assertThat(node.raft().damage().first()).isEqualTo(first);
      assertThat(node.raft().damage().entries()).isEqualTo(Integer.bitCount(nowhere));
      assertThat(node.raft().damage().prospect()).isEqualTo(Prospect.NOBODY);
    }
  }
}
