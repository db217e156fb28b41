package io.raftctl.simulation;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Breaks things, at random moments, as the seed has drawn.
final class Nemesis {
  private final World world;
  private final SimulatedNetwork network;
  private final List<SimulatedNode> nodes;
  private final Wishes wishes;
  private final RandomGenerator random;
  private boolean stopped;

  Nemesis(
      World world,
      SimulatedNetwork network,
      List<SimulatedNode> nodes,
      Wishes wishes,
      RandomGenerator random) {
    this.world = world;
    this.network = network;
    this.nodes = nodes;
    this.wishes = wishes;
    this.random = random;
  }

  void start() {
    if (world.config().faultMicrosMean() > 0) {
      planNext();
    }
  }

  private void planNext() {
    long wait = 1 + random.nextLong(2 * world.config().faultMicrosMean());
    world.after(
        wait,
        () -> {
          if (!stopped) {
            act();
            planNext();
          }
        });
  }

  /// Faults end: links heal, nodes start, clocks run on.
  void stop() {
    stopped = true;
    network.behave();
    for (SimulatedNode node : nodes) {
      node.behave();
      node.start();
    }
  }

  private void act() {
    SimulationConfig config = world.config();
    SimulatedNode node = target();
    switch (random.nextInt(21)) {
      case 0, 1 -> crashOrStart(node);
      case 2 -> {
        if (config.crashes() && node.running()) {
          node.disk().crashAtOperation(1 + random.nextInt(30));
        }
      }
      case 3, 4 -> {
        if (config.partitions()) {
          partition();
        }
      }
      case 5 -> network.healAll();
      case 6 -> {
        if (config.pauses()) {
          node.pause(random.nextLong(2_000_000));
        }
      }
      case 7 -> {
        if (config.transfers()) {
          node.transfer(random.nextBoolean() ? null : target().id());
        }
      }
      case 8, 9 -> {
        if (config.changes()) {
          nodes.forEach(wishes::change);
        }
      }
      case 10, 11, 12, 13, 14, 15, 16 -> troubleDisk(node);
      case 17 -> {
        if (config.wipes() && world.mayLoseDisk(node)) {
          node.loseDisk();
        }
      }
      case 18 -> {
        if (config.moves()) {
          wishes.move(node);
        }
      }
      default -> {
        if (config.wipes() && world.mayLoseDisk(node)) {
          node.loseDisk();
        } else {
          nodes.forEach(SimulatedNode::start);
        }
      }
    }
  }

  private void troubleDisk(SimulatedNode node) {
    SimulationConfig config = world.config();
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        if (config.fills()) {
          fill(node);
        }
      }
      case 2 -> {
        if (config.fills()) {
          node.disk().fillAtSnapshot(random.nextBoolean(), random.nextLong(400));
          world.after(random.nextLong(4_000_000), node.disk()::makeRoom);
        }
      }
      case 3, 4 -> {
        if (config.fills()) {
          starve(node);
        }
      }
      case 5 -> {
        if (config.fails()) {
          node.disk().failAtOperation(1 + random.nextInt(30));
        }
      }
      default -> {
        if (config.hangs()) {
          hang(random.nextBoolean() ? leaderOr(node) : node);
        }
      }
    }
  }

  private SimulatedNode target() {
    SimulatedNode any = nodes.get(random.nextInt(nodes.size()));
    return random.nextDouble() < world.config().aimAtLeader() ? leaderOr(any) : any;
  }

  /// A node that leads, or else `other`.
  private SimulatedNode leaderOr(SimulatedNode other) {
    for (SimulatedNode node : nodes) {
      Raft raft = node.raft();
      if (raft != null && raft.leads()) {
        return node;
      }
    }
    return other;
  }

  private void crashOrStart(SimulatedNode node) {
    if (!node.running()) {
      node.start();
    } else if (world.config().crashes() && random.nextInt(8) == 0) {
      nodes.stream().filter(SimulatedNode::running).forEach(SimulatedNode::crash);
    } else if (world.config().crashes()) {
      node.crash();
      world.after(random.nextLong(500_000), node::start);
    }
  }

  /// The disk of a node, or all disks, take little more for a while.
  private void fill(SimulatedNode node) {
    long bytes = random.nextLong(2L * world.config().segmentBytes());
    List<SimulatedNode> full = random.nextInt(4) == 0 ? nodes : List.of(node);
    full.forEach(it -> it.disk().fill(bytes));
    world.after(random.nextLong(4_000_000), () -> full.forEach(it -> it.disk().makeRoom()));
  }

  /// The disk of a node is full for so long that the others leave it behind; then it takes a
  /// snapshot perhaps, and no segment of the log.
  private void starve(SimulatedNode node) {
    long bytes = random.nextLong(world.config().segmentBytes());
    long wait = 300_000 + random.nextLong(1_500_000);
    node.disk().fill(0);
    world.after(
        wait,
        () -> {
          if (!stopped) {
            node.disk().fill(bytes);
          }
        });
    world.after(wait + random.nextLong(3_000_000), () -> node.disk().makeRoom());
  }

  /// The disk of a node goes on after a while, or not before somebody has killed the node.
  private void hang(SimulatedNode node) {
    if (!node.running()) {
      return;
    }
    if (random.nextInt(3) > 0) {
      node.disk().hang(random.nextLong(3_000_000));
    } else {
      node.disk().hang(DiskTrouble.FOR_GOOD);
      world.after(random.nextLong(4_000_000), node::endHang);
    }
  }

  /// Cuts the links between two random groups: both ways, one way only, or all but a bridge.
  private void partition() {
    network.healAll();
    List<NodeId> left = new ArrayList<>();
    List<NodeId> right = new ArrayList<>();
    for (NodeId node : world.nodes()) {
      (random.nextBoolean() ? left : right).add(node);
    }
    boolean oneWay = random.nextInt(3) == 0;
    NodeId bridge = random.nextInt(4) == 0 ? world.nodes().getFirst() : null;
    world.note("cut " + left + (oneWay ? " -> " : " | ") + right + " bridge " + bridge);
    for (NodeId from : left) {
      for (NodeId to : right) {
        if (!from.equals(bridge) && !to.equals(bridge)) {
          network.cut(from, to);
          if (!oneWay) {
            network.cut(to, from);
          }
        }
      }
    }
  }
}
