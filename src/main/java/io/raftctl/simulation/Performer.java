package io.raftctl.simulation;

import io.raftctl.raft.NodeId;
import io.raftctl.simulation.fault.Barrier;
import io.raftctl.simulation.network.SimulatedNetwork;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Act.DiskFault;
import io.raftctl.simulation.witness.ClientHistory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Does to a world what a script says, or what a nemesis draws.
final class Performer {
  private final World world;
  private final SimulatedNetwork network;
  private final Wishes wishes;
  private final Workload workload;

  /// The partitions that there are, as the history has them.
  private final List<ClientHistory.Band> bands = new ArrayList<>();

  Performer(World world, SimulatedNetwork network, List<SimulatedNode> nodes, Workload workload) {
    this.world = world;
    this.network = network;
    this.workload = workload;
    wishes = new Wishes(world, nodes);
  }

  /// @return whether it could be done; otherwise nothing has happened at all
  boolean perform(Act act) {
    return switch (act) {
      case Act.Kill(NodeId id) -> kill(world.node(id));
      case Act.Start(NodeId id) -> start(world.node(id));
      case Act.Pause(NodeId id, long micros) -> pause(world.node(id), micros);
      case Act.Jump(NodeId id, long micros) -> done(() -> world.node(id).clockJumps(micros));
      case Act.Cut(Barrier barrier) -> done(() -> cut(barrier));
      case Act.Heal _ -> heal();
      case Act.HandOver(NodeId asked, NodeId heir) -> handOver(world.node(asked), heir);
      case Act.Change(NodeId asked, List<NodeId> voters, List<NodeId> learners) ->
          wishes.change(world.node(asked), voters, learners);
      case Act.Join(NodeId id) -> wishes.join(world.node(id));
      case Act.Move(NodeId id) -> done(() -> wishes.move(world.node(id)));
      case Act.LoseDisk(NodeId id) -> loseDisk(world.node(id));
      case Act.Disk(NodeId id, DiskFault fault) -> done(() -> spoil(world.node(id), fault));
      case Act.Ask ask -> done(() -> workload.send(ask, () -> {}));
    };
  }

  private static boolean done(Runnable action) {
    action.run();
    return true;
  }

  private static boolean kill(SimulatedNode node) {
    return node.running() && done(node::crash);
  }

  private static boolean start(SimulatedNode node) {
    return !node.running() && node.fate() != SimulatedNode.Fate.NEVER_UP && done(node::start);
  }

  private static boolean pause(SimulatedNode node, long micros) {
    return node.running() && done(() -> node.pause(micros));
  }

  private static boolean handOver(SimulatedNode asked, @Nullable NodeId heir) {
    return asked.running() && done(() -> asked.transfer(heir));
  }

  private boolean loseDisk(SimulatedNode node) {
    return world.mayLoseDisk(node) && done(node::loseDisk);
  }

  private static void spoil(SimulatedNode node, DiskFault fault) {
    DiskTrouble disk = node.disk();
    switch (fault) {
      case DiskFault.Full(long bytes) -> disk.fill(bytes);
      case DiskFault.FullInSnapshot(boolean received, long bytes) ->
          disk.fillAtSnapshot(received, bytes);
      case DiskFault.Room _ -> disk.makeRoom();
      case DiskFault.Crash(int operations) -> disk.crashAtOperation(operations);
      case DiskFault.Fail(int operations) -> disk.failAtOperation(operations);
      case DiskFault.Hang(long micros) -> disk.hang(micros);
      case DiskFault.HangForGood _ -> disk.hang(DiskTrouble.FOR_GOOD);
    }
  }

  private void cut(Barrier barrier) {
    world.note("cut " + barrier);
    bands.add(world.history().breaks("cut " + barrier, world.nowMicros()));
    barrier.links().forEach(link -> network.cut(link.from(), link.to()));
  }

  private boolean heal() {
    boolean cut = !bands.isEmpty();
    network.healAll();
    bands.forEach(band -> band.ends(world.nowMicros()));
    bands.clear();
    return cut;
  }
}
