package io.raftctl.simulation;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.members.Configuration;
import io.raftctl.simulation.config.Pace;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Cut;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Act.DiskFault;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Draws what goes wrong, and has it done, at random moments.
///
/// It looks at the world to aim well; what it has done in the end is an [Act] that says all of it.
final class Nemesis {
  /// One of the things that go wrong.
  ///
  /// @param weight how often it does, beside the others
  /// @param wanted whether the world has it
  private record Deed(int weight, boolean wanted, Consumer<SimulatedNode> action) {}

  private final SimulatedStage stage;
  private final WorldConfig config;
  private final Pace pace;
  private final List<SimulatedNode> nodes;
  private final RandomGenerator random;
  private final List<Deed> deeds;
  private boolean stopped;

  Nemesis(SimulatedStage stage, Pace pace, RandomGenerator random) {
    this.stage = stage;
    this.config = stage.world().config();
    this.pace = pace;
    this.nodes = stage.machines();
    this.random = random;
    this.deeds = deeds();
  }

  void start() {
    if (config.has(Trouble.JOINS)) {
      for (SimulatedNode node : nodes) {
        if (!stage.world().voters().contains(node.id())) {
          after(random.nextLong(pace.busyMicros()), () -> perform(new Act.Join(node.id())));
        }
      }
    }
    if (pace.faultMicrosMean() > 0) {
      planNext();
    }
  }

  private void planNext() {
    after(
        1 + random.nextLong(2 * pace.faultMicrosMean()),
        () -> {
          act();
          planNext();
        });
  }

  /// Nothing else goes wrong.
  void stop() {
    stopped = true;
  }

  private void after(long micros, Runnable action) {
    stage.fromOutside(
        micros,
        () -> {
          if (!stopped) {
            action.run();
          }
        });
  }

  private void perform(Act act) {
    stage.perform(act);
  }

  private Coverage coverage() {
    return stage.world().coverage();
  }

  /// In a world that its seed draws, a deed that it has not got takes place all the same, and does
  /// nothing: so one of few faults has also few of them at a time.
  private void act() {
    int place = random.nextInt(deeds.stream().mapToInt(Deed::weight).sum());
    SimulatedNode node = target();
    for (Deed deed : deeds) {
      place -= deed.weight;
      if (place < 0) {
        if (deed.wanted) {
          deed.action.accept(node);
        }
        return;
      }
    }
  }

  private List<Deed> deeds() {
    boolean crashes = config.has(Trouble.CRASHES);
    boolean partitions = config.has(Trouble.PARTITIONS);
    boolean spoils =
        config.has(Trouble.FULL_DISKS)
            || config.has(Trouble.FAILING_DISKS)
            || config.has(Trouble.HANGING_DISKS);
    List<Deed> all =
        List.of(
            new Deed(2, true, this::crashOrStart),
            new Deed(1, crashes, node -> spoil(node, new DiskFault.Crash(1 + random.nextInt(30)))),
            new Deed(2, partitions, _ -> partition()),
            new Deed(1, partitions || config.has(Trouble.FLAPS), _ -> perform(new Act.Heal())),
            new Deed(1, config.has(Trouble.PAUSES), this::pause),
            new Deed(1, config.has(Trouble.TRANSFERS), this::handOver),
            new Deed(2, config.has(Trouble.CHANGES), _ -> nodes.forEach(this::change)),
            new Deed(7, spoils, this::troubleDisk),
            new Deed(1, config.has(Trouble.LOST_DISKS), this::loseDisk),
            new Deed(1, config.has(Trouble.MOVES), node -> perform(new Act.Move(node.id()))),
            new Deed(2, true, this::loseDiskOrStartAll),
            new Deed(1, config.has(Trouble.FLAPS), _ -> flap(1 + random.nextInt(8))),
            new Deed(1, config.has(Trouble.STORMS), _ -> storm(1 + random.nextInt(30))),
            new Deed(1, config.has(Trouble.JUMPS), this::jump));
    return pace.named() ? all.stream().filter(Deed::wanted).toList() : all;
  }

  private void kill(SimulatedNode node) {
    perform(new Act.Kill(node.id()));
  }

  private void start(SimulatedNode node) {
    perform(new Act.Start(node.id()));
  }

  private void spoil(SimulatedNode node, DiskFault fault) {
    perform(new Act.Disk(node.id(), fault));
  }

  private void pause(SimulatedNode node) {
    perform(new Act.Pause(node.id(), 1 + random.nextLong(2_000_000)));
  }

  private void handOver(SimulatedNode node) {
    perform(new Act.HandOver(node.id(), random.nextBoolean() ? null : target().id()));
  }

  private void loseDisk(SimulatedNode node) {
    perform(new Act.LoseDisk(node.id()));
  }

  private void loseDiskOrStartAll(SimulatedNode node) {
    if (config.has(Trouble.LOST_DISKS) && stage.world().mayLoseDisk(node)) {
      loseDisk(node);
    } else {
      nodes.forEach(this::start);
    }
  }

  /// Some voters leave, some nodes come to learn, some learners vote.
  private void change(SimulatedNode leader) {
    Raft raft = leader.raft();
    if (raft == null || !raft.leads()) {
      return;
    }
    Configuration members = raft.members();
    List<NodeId> voters = new ArrayList<>();
    List<NodeId> learners = new ArrayList<>();
    for (SimulatedNode node : nodes) {
      NodeId id = node.id();
      boolean stays = members.votes(id) && random.nextInt(8) > 0;
      if (members.joining().contains(id)) {
        continue;
      }
      if (stays || (members.learners().contains(id) && random.nextInt(4) > 0)) {
        voters.add(id);
      } else if (!members.votes(id) && !members.removed().contains(id) && node.able()) {
        learners.add(id);
      }
    }
    perform(new Act.Change(leader.id(), voters, learners));
  }

  private void troubleDisk(SimulatedNode node) {
    boolean fills = config.has(Trouble.FULL_DISKS);
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        if (fills) {
          fill(node);
        }
      }
      case 2 -> {
        if (fills) {
          spoil(node, new DiskFault.FullInSnapshot(random.nextBoolean(), random.nextLong(400)));
          after(random.nextLong(4_000_000), () -> spoil(node, new DiskFault.Room()));
        }
      }
      case 3, 4 -> {
        if (fills) {
          starve(node);
        }
      }
      case 5 -> {
        if (config.has(Trouble.FAILING_DISKS)) {
          spoil(node, new DiskFault.Fail(1 + random.nextInt(30)));
        }
      }
      default -> {
        if (config.has(Trouble.HANGING_DISKS)) {
          hang(random.nextBoolean() ? leaderOr(node) : node);
        }
      }
    }
  }

  private SimulatedNode target() {
    SimulatedNode any = nodes.get(random.nextInt(nodes.size()));
    return random.nextDouble() < pace.aimAtLeader() ? leaderOr(any) : any;
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
      start(node);
    } else if (config.has(Trouble.CRASHES) && random.nextInt(8) == 0) {
      nodes.forEach(this::kill);
    } else if (config.has(Trouble.CRASHES)) {
      kill(node);
      after(random.nextLong(500_000), () -> start(node));
    }
  }

  /// The disk of a node, or all disks, take little more for a while.
  private void fill(SimulatedNode node) {
    long bytes = random.nextLong(2L * config.core().segmentBytes());
    List<SimulatedNode> full = random.nextInt(4) == 0 ? nodes : List.of(node);
    full.forEach(it -> spoil(it, new DiskFault.Full(bytes)));
    after(random.nextLong(4_000_000), () -> full.forEach(it -> spoil(it, new DiskFault.Room())));
  }

  /// The disk of a node is full for so long that the others leave it behind; then it takes a
  /// snapshot perhaps, and no segment of the log.
  private void starve(SimulatedNode node) {
    long bytes = random.nextLong(config.core().segmentBytes());
    long wait = 300_000 + random.nextLong(1_500_000);
    spoil(node, new DiskFault.Full(0));
    after(wait, () -> spoil(node, new DiskFault.Full(bytes)));
    after(wait + random.nextLong(3_000_000), () -> spoil(node, new DiskFault.Room()));
  }

  /// The disk of a node goes on after a while, or not before somebody has killed the node.
  private void hang(SimulatedNode node) {
    if (!node.running()) {
      return;
    }
    if (random.nextInt(3) > 0) {
      spoil(node, new DiskFault.Hang(1 + random.nextLong(3_000_000)));
    } else {
      spoil(node, new DiskFault.HangForGood());
      after(random.nextLong(4_000_000), () -> endHang(node));
    }
  }

  private void endHang(SimulatedNode node) {
    if (node.disk().hangsForGood()) {
      kill(node);
      start(node);
    }
  }

  /// Cuts links, in one of all shapes.
  private void partition() {
    Cut.Shape[] shapes = Cut.Shape.values();
    Cut.Shape shape = shapes[random.nextInt(shapes.length)];
    cut(Cut.draw(shape, stage.nodes(), random));
    coverage()
        .reach(
            switch (shape) {
              case FULL -> Mark.CUT_FULL;
              case ONE_WAY -> Mark.CUT_ONE_WAY;
              case BRIDGE -> Mark.CUT_BRIDGE;
              case RING -> Mark.CUT_RING;
            });
  }

  private void cut(Cut cut) {
    perform(new Act.Heal());
    cut.barriers().forEach(barrier -> perform(new Act.Cut(barrier)));
  }

  /// Whoever leads is cut off, for about as long as it takes the others to elect another one; and
  /// so is that one.
  private void flap(int times) {
    SimulatedNode leader = leaderOr(nodes.get(random.nextInt(nodes.size())));
    cut(Cut.of(leader.id(), stage.nodes()));
    coverage().reach(Mark.LEADER_FLAPPED);
    long timeout = config.core().electionMicros();
    after(timeout / 2 + random.nextLong(2 * timeout), () -> perform(new Act.Heal()));
    if (times > 1) {
      after(timeout + random.nextLong(4 * timeout), () -> flap(times - 1));
    }
  }

  /// Nodes crash one right after the other, and come back before long.
  private void storm(int crashes) {
    SimulatedNode node = target();
    if (node.running()) {
      coverage().reach(Mark.CRASH_STORM);
      kill(node);
      after(random.nextLong(200_000), () -> start(node));
    }
    if (crashes > 1) {
      after(random.nextLong(150_000), () -> storm(crashes - 1));
    }
  }

  /// The clock of a node jumps ahead, or those of all do, as when a machine that runs them all was
  /// stopped. None goes back: nodes go by a clock that no system lets do so.
  private void jump(SimulatedNode node) {
    long micros = 1 + random.nextLong(5_000_000);
    List<SimulatedNode> jumping = random.nextInt(4) == 0 ? nodes : List.of(node);
    jumping.forEach(it -> perform(new Act.Jump(it.id(), micros)));
    coverage().reach(jumping.size() > 1 ? Mark.ALL_CLOCKS_JUMPED : Mark.CLOCK_JUMPED);
  }
}
