package io.raftctl.simulation;

import io.raftctl.node.Outcome;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.simulation.config.Core;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.judge.RecoveredCluster;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.simulation.network.SimulatedNetwork.Letter;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.transport.Address;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/// A machine of the simulated world: a disk that lasts, and the production node's loop and storage
/// on it, which come and go.
final class SimulatedNode {
  /// What becomes of a machine.
  enum Fate {
    /// It comes and goes, and works in the end.
    ABLE,

    /// It was announced to the cluster and never comes up.
    NEVER_UP,

    /// It hears its leader, and whatever is large gets lost on the way to it, as behind a link that
    /// swallows long packets. So it never catches up.
    STARVED
  }

  private static final String CLUSTER = "simulated";
  private static final long CLIENT_TICKS = 150;

  private final NodeId id;
  private final World world;
  private final SplittableGenerator random;
  private SimulatedDisk disk;
  private final DiskTrouble trouble;
  private long incarnation;
  private boolean lostDisk;
  private final Fate fate;

  /// Where the machine is reached.
  private Address address;

  /// The node's clock drifts by up to five percent.
  private final long tickMicros;

  /// Whether the disk may have lost the term and the vote, and the node does not count again yet.
  private boolean forgot;

  /// Whether the node has said that it is short of room, and not yet that it is no longer.
  private boolean wasShort;

  /// How many of its damaged entries came back in this life.
  private long repairsSeen;

  private final NodeTally tally = new NodeTally();

  private @Nullable Life life;

  /// Since the last life has ended, as the history has it; null where the node runs.
  private ClientHistory.@Nullable Band down;

  private long pausedUntilMicros;

  /// How far the node's clock has jumped ahead of the world's time.
  private long clockAheadMicros;

  /// Whether the state machine loses what it holds at times.
  private boolean losesMachine;

  SimulatedNode(NodeId id, World world, SplittableGenerator random) {
    this.id = id;
    this.world = world;
    this.random = random;
    this.losesMachine = world.config().core().appliesBeside();
    this.address = new Address("node-" + id, 1);
    this.disk = world.config().disks().empty(id, random);
    this.trouble = new DiskTrouble(id, world, disk);
    this.incarnation = world.sabotage().incarnation(Incarnation.draw(random));
    this.tickMicros = Core.TICK_MICROS * (95 + random.nextInt(11)) / 100;
    this.fate = draw();
  }

  /// Only a node that is to join may never work.
  private Fate draw() {
    boolean joins = world.config().has(Trouble.JOINS) && !world.voters().contains(id);
    return switch (joins ? random.nextInt(6) : 5) {
      case 0 -> Fate.NEVER_UP;
      case 1 -> Fate.STARVED;
      default -> Fate.ABLE;
    };
  }

  LogStore openLog() {
    return DataDirectory.open(disk, CLUSTER, id, incarnation, logOptions(trouble::inBackground));
  }

  private LogOptions logOptions(Executor background) {
    return new LogOptions(world.config().core().segmentBytes(), background);
  }

  SnapshotStore openSnapshots() {
    return SnapshotStore.open(disk, CLUSTER);
  }

  long incarnation() {
    return incarnation;
  }

  World world() {
    return world;
  }

  /// Draws all that chance decides about this machine.
  SplittableGenerator random() {
    return random;
  }

  long tickMicros() {
    return tickMicros;
  }

  /// Whether this life of the node is the one that it lives now.
  boolean lives(Life one) {
    return life == one;
  }

  long pausedUntilMicros() {
    return Math.max(pausedUntilMicros, trouble.stallsUntilMicros());
  }

  SimulatedDisk storage() {
    return disk;
  }

  /// What is wrong with the disk.
  DiskTrouble disk() {
    return trouble;
  }

  boolean losesMachine() {
    return losesMachine;
  }

  /// The node went on from a leader's snapshot.
  void installed() {
    tally.installs++;
    trouble.installed(wasShort);
  }

  /// What the node has come to, in a few words.
  @Override
  public String toString() {
    Raft raft = raft();
    return raft == null
        ? id + " is down"
        : "%s is %s of term %d under %s, first %d, last %s, committed %d, applied %d, %s%s%s"
            .formatted(
                id,
                raft.role(),
                raft.term(),
                raft.leader(),
                raft.firstIndex(),
                raft.last(),
                raft.commitIndex(),
                appliedIndex(),
                raft.members(),
                raft.damage().any() ? ", " + raft.damage().text() : "",
                raft.awaitedTerms() == null ? "" : ", awaits the terms of " + raft.awaitedTerms());
  }

  NodeId id() {
    return id;
  }

  /// The core of the running node, or null.
  @Nullable Raft raft() {
    return life == null ? null : life.loop.raft();
  }

  /// How far the running node has applied, 0 where it is down.
  long appliedIndex() {
    return life == null ? 0 : life.loop.applier().applied().index();
  }

  boolean running() {
    return life != null;
  }

  /// Whether the node runs, on a disk that has room and goes on.
  boolean takesEntries() {
    Raft raft = raft();
    return raft != null && !raft.isShortOfRoom() && trouble.hangsForMicros() == 0;
  }

  /// Where the machine is reached.
  Address address() {
    return address;
  }

  /// Whether the machine works in the end.
  boolean able() {
    return fate == Fate.ABLE;
  }

  Fate fate() {
    return fate;
  }

  /// Who belongs to the cluster by the log of this node; nobody where it is down.
  Configuration members() {
    return life == null ? Configuration.EMPTY : life.loop.raft().members();
  }

  /// Where this node reaches the members; nowhere while it is down.
  SortedMap<NodeId, Address> whereabouts() {
    return life == null ? new TreeMap<>() : life.whereabouts();
  }

  /// Where this node reaches another one, or itself, as far as it knows.
  @Nullable Address addressOf(NodeId node) {
    return node.equals(id) ? address() : whereabouts().get(node);
  }

  /// Another node says where it is.
  void heard(NodeId from, Address at) {
    if (life != null) {
      life.heard(from, at);
    }
  }

  /// The machine gets another address, and its node is started anew.
  void move() {
    crash();
    address = address.withPort(address.port() + 1);
    world.note(id, id + " has moved to " + address);
    start();
  }

  /// Starts from what the disk holds. A crash may come in the middle of it.
  void start() {
    if (life != null || fate == Fate.NEVER_UP) {
      return;
    }
    try {
      Life started = new Life(this, random.split());
      life = started;
      if (down != null) {
        down.ends(world.nowMicros());
        down = null;
      }
      started.begin();
      world.note(id, id + " starts at term " + started.loop.raft().term());
    } catch (SimulatedDisk.SimulatedCrash e) {
      world.coverage().reach(Mark.CRASHED_IN_START);
      crash();
    } catch (StorageException e) {
      failed(e);
    }
  }

  /// An error of the disk has ended the process, which is started again after a while.
  void failed(StorageException cause) {
    if (!(cause.getCause() instanceof IOException)) {
      throw new Violation(
          "storage: node " + id + " refuses its own disk: " + cause.getMessage(), cause);
    }
    world.note(id, id + " ends: " + cause.getMessage());
    world.coverage().reach(Mark.DISK_FAILED);
    end(disk::kill);
    world.after(500_000, this::start);
  }

  /// Mostly power loss: what was not synced may be gone, in any part. Sometimes only the process
  /// dies.
  void crash() {
    world.note(id, id + " crashes");
    if (random.nextInt(4) == 0) {
      world.coverage().reach(Mark.PROCESS_KILLED);
      end(disk::kill);
    } else {
      world.coverage().reach(Mark.POWER_FAILED);
      boolean ran = life != null;
      boolean spare = life != null && life.hasSpareSnapshot();
      end(disk::crash);
      DiskRot rot = new DiskRot(id, world, disk, random);
      forgot |= rot.hardState(ran);
      rot.entries();
      if (spare && world.config().disks().rotsSnapshots() && random.nextBoolean()) {
        tally.fallbacks += rot.newestSnapshot() ? 1 : 0;
      } else if (world.config().disks().rotsSnapshots()) {
        rot.allSnapshots();
      }
    }
  }

  /// @param fate what the disk suffers by it
  private void end(Runnable fate) {
    Life ended = life;
    life = null;
    wasShort = false;
    repairsSeen = 0;
    pausedUntilMicros = 0;
    trouble.lifeEnded();
    world.seen(id, null);
    fate.run();
    if (ended != null) {
      down = world.history().breaks("node " + id + " is down", world.nowMicros());
      ended.close();
    }
  }

  /// The disk is replaced by an empty one, and the node comes back on it under its old id.
  void loseDisk() {
    crash();
    disk = world.config().disks().empty(id, random);
    trouble.replaced(disk);
    incarnation = world.sabotage().incarnation(Incarnation.draw(random));
    lostDisk = true;
    forgot = false;
    world.note(id, id + " has lost its disk");
    world.safety().lostDisk(id);
    start();
  }

  /// The power fails for the last time, and another cluster is made of what the disk holds.
  void recoverByHand() {
    Life last = life;
    if (last == null || last.loop.raft().damage().any()) {
      return;
    }
    world.note(id, id + " is all that is left");
    end(disk::crash);
    SimulatedDisk empty = new SimulatedDisk("recovered", random.split());
    world.coverage().reach(Mark.RECOVERED);
    new RecoveredCluster(logOptions(Runnable::run)).check(disk, world.safety().disk(id), empty);
  }

  boolean lostDisk() {
    return lostDisk;
  }

  /// A life has begun on what the disk had.
  void recovered(HardState hardState) {
    forgot = hardState.lost();
    if (forgot) {
      world.note(id, id + " has lost its term and vote");
    }
  }

  /// Called after each turn.
  void turned(Raft raft) {
    if (forgot && raft.awaitedTerms() == null) {
      world.note(id, id + " counts again");
      forgot = false;
      tally.rejoins++;
    }
    if (world.safety().disk(id).lacksFront() && !raft.damage().front()) {
      world.note(id, id + " has a snapshot in place of the lost one");
      world.safety().disk(id).regainsFront();
      tally.replaced++;
    }
    tally.repairs += raft.mended() - repairsSeen;
    repairsSeen = raft.mended();
    trouble.turned(raft);
    if (wasShort != raft.isShortOfRoom()) {
      world.note(id, id + (wasShort ? " has room again" : " is short of room"));
      tally.heals += wasShort ? 1 : 0;
      wasShort = raft.isShortOfRoom();
    }
  }

  NodeTally tally() {
    return tally;
  }

  /// Whether this node can tell others about its term, after any crash too.
  boolean remembers() {
    return !forgot && !world.safety().disk(id).hardState().lost();
  }

  /// No crash is due any more.
  void behave() {
    trouble.end();
    if (trouble.hangsForGood()) {
      crash();
    }
    losesMachine = false;
    pausedUntilMicros = 0;
  }

  /// The time by the node's own clock, but for its drift.
  long clockMicros() {
    return world.nowMicros() + clockAheadMicros;
  }

  void clockJumps(long micros) {
    world.note(id, "the clock of " + id + " jumps ahead by " + micros / 1000 + " ms");
    clockAheadMicros += micros;
    if (life != null) {
      life.planWaking();
    }
  }

  /// The process stands still for so long; messages wait.
  void pause(long micros) {
    world.coverage().reach(Mark.NODE_PAUSED);
    world.note(id, id + " stands still for " + micros / 1000 + " ms");
    pausedUntilMicros = world.nowMicros() + micros;
  }

  /// The process stands still up to that time, or no longer.
  void standUntil(long micros) {
    pausedUntilMicros = micros;
  }

  void receive(Letter letter) {
    if (life != null) {
      life.arrive(letter);
    }
  }

  void submit(SessionCommand command, Consumer<Outcome> done) {
    take(
        done,
        (alive, watched) -> {
          long commitIndex = alive.loop.raft().commitIndex();
          SessionCommand proposed = world.sabotage().proposed(command, commitIndex);
          return alive.pending.propose(proposed, CLIENT_TICKS, watched);
        });
  }

  void ask(RequestId request, long since, Consumer<Outcome> done) {
    take(done, (alive, watched) -> alive.pending.ask(request, since, CLIENT_TICKS, watched));
  }

  void read(byte[] query, Consistency consistency, Consumer<Outcome> done) {
    take(done, (alive, watched) -> alive.pending.read(query, consistency, CLIENT_TICKS, watched));
  }

  /// Wishes for other members than there are.
  void change(Configuration members, Change change, Consumer<Outcome> done) {
    take(done, (alive, watched) -> alive.pending.change(members, change, CLIENT_TICKS, watched));
  }

  private void take(
      Consumer<Outcome> done, BiFunction<Life, Consumer<Outcome>, ? extends Input> request) {
    if (life == null) {
      done.accept(new Outcome.Unavailable("connection refused"));
    } else {
      life.arrive(request.apply(life, life.watched(done)));
    }
  }

  /// Wishes that another node lead, whoever is best prepared or `target`.
  void transfer(@Nullable NodeId target) {
    if (life != null) {
      world.note(id, id + " is to hand over to " + (target == null ? "anybody" : target));
      trouble.handOverWished();
      life.arrive(life.pending.transfer(target, CLIENT_TICKS, life.watched(_ -> {})));
    }
  }
}
