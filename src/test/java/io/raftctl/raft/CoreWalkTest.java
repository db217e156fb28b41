package io.raftctl.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.kit.CoreCluster;
import io.raftctl.raft.kit.CoreNode;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.members.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random walks over a [CoreCluster]: anything may happen at any time, nothing of Figure 3 may
/// break, and when all is well again the nodes agree and go on.
///
/// The simulation does the same to whole nodes. This one reaches orders that no transport would
/// produce, in a core alone, so that a failure points at a few lines.
class CoreWalkTest {
  private static final int STEPS = 1000;
  private static final Consistency[] CONSISTENCIES = Consistency.values();
  private static final RaftConfig.Limits SMALL = new RaftConfig.Limits(120, 300, 2000, 200);

  @ParameterizedTest(name = "{0} nodes, seeds {1} to {2}")
  @CsvSource({"1, 1, 5", "2, 6, 15", "3, 16, 55", "4, 56, 65", "5, 66, 100"})
  void whateverHappensNothingCommittedIsLost(int nodes, int firstSeed, int lastSeed) {
    for (int seed = firstSeed; seed <= lastSeed; seed++) {
      try {
        walk(nodes, new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(nodes + " nodes, seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static void walk(int nodes, SplittableRandom random) {
    RaftConfig.Features features =
        new RaftConfig.Features(random.nextBoolean(), random.nextBoolean());
    // Whoever comes or goes need not be known to those that ask for what they have lost.
    boolean rots = random.nextInt(3) == 0;
    boolean fills = random.nextInt(3) == 0;
    int all = nodes + random.nextInt(3); // Those past the first ones wait to be added.
    CoreCluster cluster = new CoreCluster(features, SMALL, nodes, all);
    for (int step = 0; step < STEPS; step++) {
      int node = 1 + random.nextInt(all);
      CoreNode chosen = cluster.node(node);
      if (!chosen.up()) {
        if (random.nextInt(10) == 0) {
          cluster.restart(node);
        }
        continue;
      }
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> cluster.propose(node, "c" + step);
        case 3 -> cluster.read(node, CONSISTENCIES[random.nextInt(CONSISTENCIES.length)]);
        case 4, 5, 6, 7 -> cluster.tick(node, 1 + random.nextInt(4));
        case 8 -> {
          if (random.nextInt(4) == 0) {
            cluster.transfer(node, random.nextInt(all + 1));
          } else if (random.nextInt(2) == 0 && chosen.raft().leads() && !rots) {
            change(cluster, node, all, random);
          } else {
            cluster.slowDisk(node);
          }
        }
        case 9 -> {
          cluster.fastDisk(node);
          if (fills && random.nextBoolean()) {
            cluster.fill(node, random.nextLong(2_000));
          } else {
            cluster.makeRoom(node);
          }
        }
        case 10 -> cluster.sync(node, random.nextLong(chosen.writtenTurn() + 1));
        case 11 -> {
          if (random.nextInt(3) == 0) {
            cluster.crash(node);
            if (rots && random.nextBoolean()) {
              rot(cluster, chosen, random);
            }
          }
        }
        case 12 -> cluster.drop(_ -> random.nextInt(4) == 0);
        case 13 -> cluster.duplicate(_ -> random.nextInt(8) == 0);
        case 14 -> cluster.reverse(_ -> random.nextInt(3) == 0);
        default -> cluster.deliver(_ -> random.nextInt(2) == 0);
      }
    }
    recover(cluster, all);
  }

  /// Some leave, some come to learn, some learners vote.
  private static void change(CoreCluster cluster, int node, int all, SplittableRandom random) {
    Configuration members = cluster.raft(node).members();
    List<String> voters = new ArrayList<>();
    List<String> learners = new ArrayList<>();
    for (int other = 1; other <= all; other++) {
      NodeId id = Shorthand.id(other);
      boolean votes = members.votes(id) && random.nextInt(6) > 0;
      boolean promoted = members.learners().contains(id) && random.nextBoolean();
      if (votes || promoted) {
        voters.add(id.value());
      } else if (!members.votes(id) && !members.removed().contains(id) && random.nextBoolean()) {
        learners.add(id.value());
      }
    }
    cluster.wish(node, String.join(",", voters), String.join(",", learners));
  }

  /// Some entries of a node that is down rot, as long as another node has them whole.
  private static void rot(CoreCluster cluster, CoreNode node, SplittableRandom random) {
    for (Entry entry : node.disk.syncedEntries()) {
      boolean elsewhere =
          cluster.nodes().stream().anyMatch(it -> it != node && it.disk.holdsWhole(entry));
      if (elsewhere && random.nextInt(4) == 0) {
        node.disk.rot(entry.index());
      }
    }
  }

  /// All nodes are up, all disks sync, no message is lost: within a bounded time one leads, takes a
  /// command, answers a read, and all hold the same log.
  private static void recover(CoreCluster cluster, int nodes) {
    for (int node = 1; node <= nodes; node++) {
      if (!cluster.node(node).up()) {
        cluster.restart(node);
      }
      cluster.fastDisk(node);
      cluster.makeRoom(node);
    }
    letTimePass(cluster, nodes);
    List<CoreNode> leaders = cluster.nodes().stream().filter(it -> it.raft().leads()).toList();
    assertThat(leaders).hasSize(1);
    CoreNode leader = leaders.getFirst();
    int number = Integer.parseInt(leader.id.value());
    long proposal = cluster.propose(number, "last");
    long read = cluster.read(number);
    letTimePass(cluster, nodes);
    assertThat(leader.accepted).containsKey(proposal);
    assertThat(leader.readable).containsKey(read);
    assertThat(leader.applied).last().matches(entry -> Shorthand.box(entry).endsWith(":last"));
    assertThat(leader.raft().members().joint()).isFalse();
    for (NodeId member : leader.raft().members().members()) {
      CoreNode node = cluster.node(member);
      assertThat(node.log()).isEqualTo(leader.log());
      assertThat(node.applied).isEqualTo(leader.applied);
    }
  }

  private static void letTimePass(CoreCluster cluster, int nodes) {
    for (int tick = 0; tick < 15 * Shorthand.ELECTION_TICKS; tick++) {
      for (int node = 1; node <= nodes; node++) {
        cluster.tick(node, 1);
        cluster.deliverAll();
      }
    }
  }
}
