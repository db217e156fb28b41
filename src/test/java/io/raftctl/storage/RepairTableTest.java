package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.raft.RaftConfig.Limits;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.repair.Damage.Prospect;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentedLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The table of "Protocol-Aware Recovery for Consensus-Based Storage" (FAST 2018) on the log that
/// nodes have: what flips is a byte in a file, and what comes back is read from it again.
final class RepairTableTest {
  private static final int NODES = 3;
  private static final int DATA = 40;
  private static final List<Entry> ENTRIES = Script.entries(1, 1, DATA, DATA, DATA, DATA);
  private static final String FILE = "log-00000001";

  /// The disks of three nodes that were stopped with the same four entries.
  private final List<SimulatedDisk> disks = new ArrayList<>();

  @BeforeEach
  void writeToAll() {
    for (int node = 1; node <= NODES; node++) {
      SimulatedDisk disk = new SimulatedDisk("disk-" + node, new SplittableRandom(node));
      try (SegmentedLog log = open(disk, node)) {
        log.write(new HardState(1, null), ENTRIES);
      }
      disks.add(disk);
    }
  }

  /// Each copy whole or rotten: all 4,096 cases.
  @Test
  void whatCanRecoverDoesAndTheRestIsSafelyUnavailable() {
    int recovered = 0;
    for (int lost = 0; lost < 1 << (NODES * ENTRIES.size()); lost++) {
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
    List<Node> nodes = new ArrayList<>();
    int nowhere = (1 << ENTRIES.size()) - 1;
    for (int node = 1; node <= NODES; node++) {
      int here = lost >> (ENTRIES.size() * (node - 1)) & ((1 << ENTRIES.size()) - 1);
      nowhere &= here;
      SimulatedDisk disk = disks.get(node - 1).copy(new SplittableRandom(node));
      rot(disk, here);
      nodes.add(new Node(disk, node));
    }
    if (nowhere == 0) {
      recovers(nodes);
    } else {
      staysUnavailable(nodes, nowhere);
    }
    return nowhere == 0;
  }

  private static void rot(SimulatedDisk disk, int entries) {
    byte[] bytes = disk.contents(FILE);
    for (int entry = 0; entry < ENTRIES.size(); entry++) {
      int data = 512 + entry * (48 + DATA) + 48;
      bytes[data + entry] ^= (byte) (entries >> entry & 1);
    }
    disk.rot(FILE, bytes);
  }

  private static void recovers(List<Node> nodes) {
    int ticks = 0;
    while (!nodes.stream().allMatch(node -> node.applied.size() >= ENTRIES.size())) {
      assertThat(ticks++).as("ticks").isLessThan(20 * Shorthand.ELECTION_TICKS);
      tick(nodes);
    }
    for (Node node : nodes) {
      assertThat(node.applied.subList(0, ENTRIES.size())).isEqualTo(ENTRIES);
      assertThat(node.log.read(1, ENTRIES.size(), Long.MAX_VALUE)).isEqualTo(ENTRIES);
    }
  }

  private static void staysUnavailable(List<Node> nodes, int nowhere) {
    for (int ticks = 0; ticks <= 2 * Shorthand.ELECTION_TICKS; ticks++) {
      tick(nodes);
      assertThat(nodes).noneMatch(node -> node.raft.leads());
    }
    for (Node node : nodes) {
      assertThat(node.applied).isEmpty();
      assertThat(node.raft.damage().first())
          .isEqualTo(ENTRIES.get(Integer.numberOfTrailingZeros(nowhere)).id());
      assertThat(node.raft.damage().entries()).isEqualTo(Integer.bitCount(nowhere));
      assertThat(node.raft.damage().prospect()).isEqualTo(Prospect.NOBODY);
    }
  }

  /// Time passes for all, and everything that is sent arrives.
  private static void tick(List<Node> nodes) {
    Queue<Message> wire = new ArrayDeque<>();
    for (Node node : nodes) {
      wire.addAll(node.step(List.of(new Input.Tick())));
    }
    for (Message message = wire.poll(); message != null; message = wire.poll()) {
      Node receiver = nodes.get(Integer.parseInt(message.to().value()) - 1);
      wire.addAll(receiver.step(List.of(new Input.Received(message, Incarnation.UNTOLD))));
    }
  }

  private static SegmentedLog open(SimulatedDisk disk, int node) {
    return DataDirectory.open(disk, "test", Shorthand.id(node), 7, Script.OPTIONS);
  }

  /// A core, and a log that syncs after each turn.
  private static final class Node {
    private final SegmentedLog log;
    private final Raft raft;
    private final List<Entry> applied = new ArrayList<>();

    Node(SimulatedDisk disk, int node) {
      log = open(disk, node);
      raft =
          new Raft(
              Shorthand.config(node, NODES, Features.DEFAULT, Limits.DEFAULT),
              log.hardState(),
              log,
              List.of(),
              null,
              new SplittableRandom(node));
    }

    /// @return what it sends
    List<Message> step(List<Input> inputs) {
      Effects effects = raft.step(inputs);
      List<Message> sent = new ArrayList<>(effects.sendNow());
      if (effects.writes()) {
        log.repair(effects.repair());
        log.write(effects.hardState(), effects.append());
        log.sync();
      }
      sent.addAll(effects.sendAfterSync());
      applied.addAll(effects.committed());
      if (effects.writes()) {
        sent.addAll(step(List.of(new Input.Synced(effects.turn()))));
      } else if (effects.more()) {
        sent.addAll(step(List.of()));
      }
      return sent;
    }
  }
}
