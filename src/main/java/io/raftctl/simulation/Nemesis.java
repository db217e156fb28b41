package io.raftctl.simulation;

import io.raftctl.raft.Raft;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Cut;
import io.raftctl.simulation.witness.ClientHistory;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Breaks things, at random moments, as the seed has drawn.
final class Nemesis {
  /// One of the things that go wrong.
  ///
  /// @param weight how often it does, beside the others
  /// @param wanted whether the world has it
  private record Act(int weight, boolean wanted, Consumer<SimulatedNode> deed) {}

  private final World world;
  private final SimulatedNetwork network;
  private final List<SimulatedNode> nodes;
  private final Wishes wishes;
  private final RandomGenerator random;
  private final List<Act> acts;
  private boolean stopped;

  /// The partition that there is, as the history has it; null where links are whole.
  private ClientHistory.@Nullable Band band;

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
    this.acts = acts();
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
        () ->
            unlessStopped(
                () -> {
                  act();
                  planNext();
                }));
  }

  /// Faults end: links heal, nodes start, clocks run on.
  void stop() {
    stopped = true;
    heal();
    network.behave();
    for (SimulatedNode node : nodes) {
      node.behave();
      node.start();
    }
  }

  /// In a world that its seed draws, an act that it has not got takes place all the same, and does
  /// nothing: so one of few faults has also few of them at a time.
  private void act() {
    int place = random.nextInt(acts.stream().mapToInt(Act::weight).sum());
    SimulatedNode node = target();
    for (Act act : acts) {
      place -= act.weight;
      if (place < 0) {
        if (act.wanted) {
          act.deed.accept(node);
        }
        return;
      }
    }
  }

  private List<Act> acts() {
    SimulationConfig config = world.config();
    List<Act> all =
        List.of(
            new Act(2, true, this::crashOrStart),
            new Act(
                1, config.crashes(), node -> node.disk().crashAtOperation(1 + random.nextInt(30))),
            new Act(2, config.partitions(), _ -> partition()),
            new Act(1, config.partitions() || config.flaps(), _ -> heal()),
            new Act(1, config.pauses(), node -> node.pause(random.nextLong(2_000_000))),
            new Act(
                1,
                config.transfers(),
                node -> node.transfer(random.nextBoolean() ? null : target().id())),
            new Act(2, config.changes(), _ -> nodes.forEach(wishes::change)),
            new Act(7, config.fills() || config.fails() || config.hangs(), this::troubleDisk),
            new Act(1, config.wipes(), this::loseDisk),
            new Act(1, config.moves(), wishes::move),
            new Act(2, true, this::loseDiskOrStartAll),
            new Act(1, config.flaps(), _ -> flap(1 + random.nextInt(8))),
            new Act(1, config.storms(), _ -> storm(1 + random.nextInt(30))),
            new Act(1, config.jumps(), this::jump));
    return world.config().named() ? all.stream().filter(Act::wanted).toList() : all;
  }

  private void loseDisk(SimulatedNode node) {
    if (world.mayLoseDisk(node)) {
      node.loseDisk();
    }
  }

  private void loseDiskOrStartAll(SimulatedNode node) {
    if (world.config().wipes() && world.mayLoseDisk(node)) {
      node.loseDisk();
    } else {
      nodes.forEach(SimulatedNode::start);
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
    world.after(wait, () -> unlessStopped(() -> node.disk().fill(bytes)));
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

  /// Cuts links, in one of all shapes.
  private void partition() {
    Cut.Shape[] shapes = Cut.Shape.values();
    Cut.Shape shape = shapes[random.nextInt(shapes.length)];
    cut(Cut.draw(shape, world.nodes(), random));
    world
        .coverage()
        .reach(
            switch (shape) {
              case FULL -> Mark.CUT_FULL;
              case ONE_WAY -> Mark.CUT_ONE_WAY;
              case BRIDGE -> Mark.CUT_BRIDGE;
              case RING -> Mark.CUT_RING;
            });
  }

  private void cut(Cut cut) {
    heal();
    world.note(cut.what());
    band = world.history().breaks(cut.what(), world.nowMicros());
    cut.links().forEach(link -> network.cut(link.from(), link.to()));
  }

  private void heal() {
    network.healAll();
    if (band != null) {
      band.ends(world.nowMicros());
      band = null;
    }
  }

  /// Whoever leads is cut off, for about as long as it takes the others to elect another one; and
  /// so is that one.
  private void flap(int times) {
    SimulatedNode leader = leaderOr(nodes.get(random.nextInt(nodes.size())));
    cut(Cut.of(leader.id(), world.nodes()));
    world.coverage().reach(Mark.LEADER_FLAPPED);
    long timeout = world.config().electionTicks() * SimulationConfig.TICK_MICROS;
    world.after(timeout / 2 + random.nextLong(2 * timeout), () -> unlessStopped(this::heal));
    if (times > 1) {
      world.after(
          timeout + random.nextLong(4 * timeout), () -> unlessStopped(() -> flap(times - 1)));
    }
  }

  /// Nodes crash one right after the other, and come back before long.
  private void storm(int crashes) {
    SimulatedNode node = target();
    if (node.running()) {
      world.coverage().reach(Mark.CRASH_STORM);
      node.crash();
      world.after(random.nextLong(200_000), node::start);
    }
    if (crashes > 1) {
      world.after(random.nextLong(150_000), () -> unlessStopped(() -> storm(crashes - 1)));
    }
  }

  /// The clock of a node jumps ahead, or those of all do, as when a machine that runs them all was
  /// stopped. None goes back: nodes go by a clock that no system lets do so.
  private void jump(SimulatedNode node) {
    long micros = 1 + random.nextLong(5_000_000);
    List<SimulatedNode> jumping = random.nextInt(4) == 0 ? nodes : List.of(node);
    jumping.forEach(it -> it.clockJumps(micros));
    world.coverage().reach(jumping.size() > 1 ? Mark.ALL_CLOCKS_JUMPED : Mark.CLOCK_JUMPED);
  }

  private void unlessStopped(Runnable action) {
    if (!stopped) {
      action.run();
    }
  }
}
