package io.raftctl.simulation;

import io.raftctl.node.Outcome;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig.Features;
import io.raftctl.simulation.config.Rot;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a cluster must come to once nothing goes wrong any more.
///
/// A write is accepted, and then all members hold and apply the same log under one leader, and it
/// says where they are: all but one that lost its disk, which nobody rests anything on until it is
/// removed. Whoever was to join votes, or is removed because it cannot catch up.
final class Convergence {
  /// After the last fault a cluster has so long to agree.
  private static final long CONVERGE_MICROS = 60_000_000;

  /// The session of the writes that ask whether the cluster works again.
  private static final long PROBES = -1;

  /// The client that asks so; those of the workload count from 1.
  private static final long PROBER = 0;

  private final SimulatedCluster world;
  private final SortedMap<NodeId, SimulatedNode> nodes;
  private long probes;
  private boolean probePending;
  private boolean probeDone;

  Convergence(SimulatedCluster world) {
    this.world = world;
    this.nodes = world.machines();
  }

  /// Waits until all agree, or an entry is lost for good where that may be.
  void await() {
    long micros = CONVERGE_MICROS + (world.hopeless() ? dismissalMicros() : 0);
    long deadline = world.nowMicros() + micros;
    while (!reached()) {
      boolean late = world.nowMicros() >= deadline;
      if (late && world.config().disks().rot() == Rot.ANY && world.safety().isLost()) {
        world.note("an entry is lost for good");
        world.coverage().reach(Mark.ENTRY_LOST);
        return;
      }
      Violation.unless(
          !late,
          "convergence: no agreement %d s after the last fault: %s",
          micros / 1_000_000,
          nodes.values());
      switchOffTheRemoved();
      probe();
      world.runUntil(world.nowMicros() + 100_000);
    }
  }

  /// A leader waits for such a node for 200 election timeouts, by its own clock.
  private long dismissalMicros() {
    return 220 * world.config().core().electionMicros();
  }

  /// As their operators do. With PreVote or CheckQuorum they need not; without both, a node that
  /// does not know of its removal deposes one leader after the other by means of a laggard that
  /// does not know of it either (§6).
  private void switchOffTheRemoved() {
    Features features = world.config().core().features();
    if (!features.preVote() && !features.checkQuorum()) {
      world.safety().removed().stream()
          .map(world::node)
          .filter(SimulatedNode::running)
          .forEach(SimulatedNode::crash);
    }
  }

  private void probe() {
    for (SimulatedNode node : nodes.values()) {
      Raft raft = node.raft();
      if (raft != null && raft.leads() && !probePending && !probeDone) {
        probePending = true;
        ClientHistory.Call call =
            world.history().call(PROBER, "put", "k0", "probe", world.nowMicros());
        byte[] command = "put k0 probe".getBytes(StandardCharsets.UTF_8);
        node.submit(
            new SessionCommand.Plain(new RequestId(PROBES, ++probes), command),
            outcome -> onProbed(call, outcome));
      }
    }
  }

  private void onProbed(ClientHistory.Call call, Outcome outcome) {
    probePending = false;
    switch (outcome) {
      case Outcome.Done _ -> {
        probeDone = true;
        call.done("OK", world.nowMicros());
      }
      case Outcome.NotLeader _, Outcome.Unavailable _, Outcome.Denied _ ->
          call.nothing(world.nowMicros());
      case Outcome.Known _, Outcome.Indeterminate _ -> {}
    }
  }

  private boolean reached() {
    Raft leader = leader();
    if (!probeDone
        || leader == null
        || leader.members().joint()
        || !leader.members().joining().isEmpty()) {
      return false;
    }
    for (NodeId member : leader.members().members()) {
      SimulatedNode node = world.node(member);
      if (node.lostDisk()) {
        continue;
      }
      Raft raft = node.raft();
      boolean agrees =
          raft != null
              && raft.term() == leader.term()
              && leader.id().equals(raft.leader())
              && raft.last().equals(leader.last())
              && !raft.damage().any()
              && raft.commitIndex() == raft.last().index()
              && node.appliedIndex() == raft.commitIndex()
              && isWhere(node, leader.members().addresses().get(member));
      if (!agrees) {
        return false;
      }
    }
    return true;
  }

  /// @param recorded what the log says, or null where it does not
  private static boolean isWhere(SimulatedNode node, @Nullable String recorded) {
    return recorded == null || recorded.equals(node.address().toString());
  }

  /// Who leads the latest term that anybody leads, or null.
  private @Nullable Raft leader() {
    Raft leader = null;
    for (SimulatedNode node : nodes.values()) {
      Raft raft = node.raft();
      if (raft != null && raft.leads() && (leader == null || raft.term() > leader.term())) {
        leader = raft;
      }
    }
    return leader;
  }
}
