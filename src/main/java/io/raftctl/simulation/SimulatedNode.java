package io.raftctl.simulation;

import io.raftctl.node.Applier;
import io.raftctl.node.ApplierBeside;
import io.raftctl.node.Applying;
import io.raftctl.node.NodeLoop;
import io.raftctl.node.Outcome;
import io.raftctl.node.PendingRequests;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.node.snapshot.Snapshots;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.statemachine.MachineLostException;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/// A machine of the simulated world: a disk that lasts, and the production node's loop and storage
/// on it, which come and go.
final class SimulatedNode {
  private static final String CLUSTER = "simulated";
  private static final long CLIENT_TICKS = 150;

  /// One of so many commands is the last that a machine outside of the process lives to see.
  private static final int LOSS_RARITY = 300;

  /// At every so many-th entry the whole state is held against the other nodes'.
  private static final int STATE_EVERY = 16;

  private static final long NEVER = 1L << 50;

  /// One life of the node, from a start to a crash.
  private final class Life implements AutoCloseable {
    final PendingRequests pending = new PendingRequests();
    final List<Input> inbox = new ArrayList<>();
    final ObservedStore store;
    final NodeStorage storage;
    final NodeLoop loop;
    boolean turnPlanned;
    boolean stepPlanned;
    BooleanSupplier step = () -> false;
    long syncWanted;
    long syncDone;
    boolean syncing;

    /// What the node does beside its loop, one step after another, each after a while.
    final Deque<Runnable> saving = new ArrayDeque<>();

    final Deque<Runnable> moving = new ArrayDeque<>();

    Life(SplittableGenerator random) {
      int electionTicks = world.config().electionTicks();
      RaftConfig config =
          new RaftConfig(
              id,
              world.voters().contains(id) ? world.voters() : List.of(),
              electionTicks,
              1 + electionTicks / 8,
              world.config().features(),
              world.config().limits());
      LogStore log = world.sabotage().store(openLog());
      EntryId promised = world.safety().disk(id).base();
      store = new ObservedStore(id, log, world.safety().disk(id), world.safety());
      SnapshotStore snapshotStore = SnapshotStore.open(disk, CLUSTER);
      storage = new NodeStorage(store, snapshotStore, world.config().snapshotBytes());
      SessionTable sessions = new SessionTable(world.config().sessions());
      SessionMachine machine = new SessionMachine(new ObservedMachine(), sessions);
      NodeStorage.Recovered applied = storage.recover(machine);
      world.safety().recovered(id, applied.last(), promised);
      Raft raft =
          new Raft(config, store.hardState(), store, storage.held(), applied.members(), random);
      Applying applier =
          world.config().appliesBeside()
              ? beside(machine, applied)
              : new Applier(machine, pending, applied);
      Snapshots snapshots =
          new Snapshots(
              id,
              storage,
              machine,
              new Snapshots.World(
                  action -> beside(saving, action),
                  action -> beside(moving, action),
                  world::send,
                  this::arrive,
                  line -> world.note(id + ": " + line)));
      loop = new NodeLoop(raft, store, this::sync, world::send, pending, applier, snapshots);
    }

    private Applying beside(SessionMachine machine, NodeStorage.Recovered applied) {
      ApplierBeside applier =
          new ApplierBeside(
              machine, store, pending, applied, this::planStep, this::planTurn, this::arrive);
      step = applier::step;
      return applier;
    }

    /// The state machine takes its time.
    private void planStep() {
      if (!stepPlanned) {
        stepPlanned = true;
        plan(
            20 + random.nextLong(500),
            () -> {
              stepPlanned = false;
              if (step.getAsBoolean()) {
                planStep();
              }
            });
      }
    }

    /// Like a thread of its own: in order, and slower than the loop.
    private void beside(Deque<Runnable> queue, Runnable action) {
      queue.add(action);
      if (queue.size() == 1) {
        planNext(queue);
      }
    }

    private void planNext(Deque<Runnable> queue) {
      plan(
          50 + random.nextLong(world.syncMicrosMax()),
          () -> {
            queue.getFirst().run();
            queue.removeFirst();
            if (!queue.isEmpty()) {
              planNext(queue);
            }
          });
    }

    /// Something came in: a turn follows soon, and takes all that has come by then.
    void arrive(Input input) {
      inbox.add(input);
      planTurn();
    }

    private void planTurn() {
      if (!turnPlanned) {
        turnPlanned = true;
        plan(20 + random.nextLong(200), this::turn);
      }
    }

    private void turn() {
      turnPlanned = false;
      List<Input> inputs = new ArrayList<>();
      inputs.add(new Input.Clock(world.nowMicros() * 1_000 / tickMicros));
      inputs.addAll(inbox);
      inbox.clear();
      Raft raft = loop.raft();
      final long term = raft.term();
      final long commit = raft.commitIndex();
      final String role = raft.role();
      store.turnBegins(commit);
      world.safety().turnBegins(raft);
      boolean more = loop.turn(inputs);
      world.safety().turnEnded(raft, commit, term);
      for (Snapshot snapshot : storage.held()) {
        world.safety().holds(id, snapshot);
      }
      if (raft.term() != term || !raft.role().equals(role)) {
        world.note(id + " is " + raft.role() + " of term " + raft.term());
      }
      if (more) {
        planTurn();
      }
    }

    /// Turns that end while a sync is under way share the next one, as on real disks.
    private void sync(long turn) {
      syncWanted = turn;
      if (!syncing) {
        syncing = true;
        long synced = syncWanted;
        plan(50 + random.nextLong(world.syncMicrosMax()), () -> endSync(synced));
      }
    }

    private void endSync(long turn) {
      store.sync();
      syncing = false;
      syncDone = turn;
      arrive(new Input.Synced(turn));
      if (syncWanted > syncDone) {
        sync(syncWanted);
      }
    }

    /// Plans something that only this life of the node can do, once it is not paused.
    private void plan(long delayMicros, Runnable action) {
      world.after(delayMicros, () -> runUnlessPaused(action));
    }

    private void runUnlessPaused(Runnable action) {
      if (life != this) {
        return;
      }
      long paused = pausedUntilMicros - world.nowMicros();
      if (paused > 0) {
        plan(paused, action);
        return;
      }
      try {
        action.run();
      } catch (SimulatedDisk.SimulatedCrash e) {
        crash();
      }
    }

    private void tick() {
      arrive(new Input.Tick());
      plan(tickMicros, this::tick);
    }

    @Override
    public void close() {
      pending.close();
    }
  }

  /// The state machine, with every command, reply and state held against the other nodes'.
  private final class ObservedMachine implements StateMachine {
    private StateMachine machine = new KeyValueStore();
    private boolean lost;

    @Override
    public Reply apply(long index, byte[] command) {
      if (losesMachine && random.nextInt(LOSS_RARITY) == 0) {
        world.note(id + " loses its state machine at " + index);
        machine = new KeyValueStore();
        lost = true;
        throw new MachineLostException("lost at " + index);
      }
      Reply reply = machine.apply(index, command);
      String text = new String(command, StandardCharsets.UTF_8);
      world.safety().applied(id, index, new Safety.Applied(text, reply, visible(index)));
      return reply;
    }

    /// All that a client could see of the state: a reply such as OK hides most of it.
    private String visible(long index) {
      if (index % STATE_EVERY > 0) {
        return ""; // To look each time would take longer than all else.
      }
      StringBuilder state = new StringBuilder();
      for (String key : query("keys").lines().toList()) {
        state.append(key).append('=').append(query("get " + key)).append('\n');
      }
      return state.toString();
    }

    private String query(String text) {
      return machine.query(text.getBytes(StandardCharsets.UTF_8)).text();
    }

    @Override
    public Reply query(byte[] command) {
      return machine.query(command);
    }

    @Override
    public State state() {
      return machine.state();
    }

    @Override
    public State read(InputStream written) throws IOException {
      return machine.read(written);
    }

    @Override
    public void restore(State state) {
      machine.restore(state);
      world.note(id + " goes on from a snapshot");
      installs += life == null || lost ? 0 : 1; // Without a life, this is the start of one.
      lost = false;
    }
  }

  private final NodeId id;
  private final World world;
  private final SplittableGenerator random;
  private final SimulatedDisk disk;

  /// The node's clock drifts by up to five percent.
  private final long tickMicros;

  /// How often the node went on from a leader's snapshot.
  private long installs;

  private @Nullable Life life;
  private long pausedUntilMicros;

  /// Whether the state machine loses what it holds at times.
  private boolean losesMachine;

  SimulatedNode(NodeId id, World world, SplittableGenerator random) {
    this.id = id;
    this.world = world;
    this.random = random;
    this.losesMachine = world.config().appliesBeside();
    this.disk = new SimulatedDisk("disk-" + id, random.split());
    this.tickMicros = SimulationConfig.TICK_MICROS * (95 + random.nextInt(11)) / 100;
  }

  private LogStore openLog() {
    LogOptions options = new LogOptions(world.config().segmentBytes(), Runnable::run);
    return DataDirectory.open(disk, CLUSTER, id, options);
  }

  /// What the node has come to, in a few words.
  @Override
  public String toString() {
    Raft raft = raft();
    return raft == null
        ? id + " is down"
        : "%s is %s of term %d under %s, first %d, last %s, committed %d, applied %d, %s"
            .formatted(
                id,
                raft.role(),
                raft.term(),
                raft.leader(),
                raft.firstIndex(),
                raft.last(),
                raft.commitIndex(),
                appliedIndex(),
                raft.members());
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

  long installs() {
    return installs;
  }

  boolean running() {
    return life != null;
  }

  /// Starts from what the disk holds. A crash may come in the middle of it.
  void start() {
    if (life != null) {
      return;
    }
    try {
      Life started = new Life(random.split());
      life = started;
      started.plan(random.nextLong(tickMicros), started::tick);
      world.note(id + " starts at term " + started.loop.raft().term());
    } catch (SimulatedDisk.SimulatedCrash e) {
      crash();
    } catch (StorageException e) {
      throw new Violation("storage: node " + id + " refuses its own disk: " + e.getMessage(), e);
    }
  }

  /// Mostly power loss: what was not synced may be gone, in any part. Sometimes only the process
  /// dies.
  void crash() {
    world.note(id + " crashes");
    Life crashed = life;
    life = null;
    if (random.nextInt(4) == 0) {
      disk.kill();
    } else {
      disk.crash();
    }
    if (crashed != null) {
      crashed.close();
    }
  }

  /// The node crashes by itself in the middle of its n-th disk operation from now.
  void crashAtOperation(int operations) {
    disk.crashAfter(operations);
  }

  /// No crash is due any more.
  void behave() {
    disk.crashAfter(NEVER);
    losesMachine = false;
    pausedUntilMicros = 0;
  }

  /// The process stands still for so long; messages wait.
  void pause(long micros) {
    world.note(id + " stands still for " + micros / 1000 + " ms");
    pausedUntilMicros = world.nowMicros() + micros;
  }

  void receive(Message message) {
    if (life != null) {
      life.arrive(new Input.Received(message));
    }
  }

  void submit(SessionCommand command, Consumer<Outcome> done) {
    if (life == null) {
      done.accept(new Outcome.Unavailable("connection refused"));
    } else {
      long commitIndex = life.loop.raft().commitIndex();
      SessionCommand proposed = world.sabotage().proposed(command, commitIndex);
      life.arrive(life.pending.propose(proposed, CLIENT_TICKS, done));
    }
  }

  void ask(RequestId request, long since, Consumer<Outcome> done) {
    if (life == null) {
      done.accept(new Outcome.Unavailable("connection refused"));
    } else {
      life.arrive(life.pending.ask(request, since, CLIENT_TICKS, done));
    }
  }

  void read(byte[] query, Consistency consistency, Consumer<Outcome> done) {
    if (life == null) {
      done.accept(new Outcome.Unavailable("connection refused"));
    } else {
      life.arrive(life.pending.read(query, consistency, CLIENT_TICKS, done));
    }
  }

  /// Wishes for other members, as the seed draws them: some voters leave, some nodes come to learn,
  /// some learners vote.
  void change() {
    Raft raft = raft();
    if (life == null || raft == null || !raft.leads()) {
      return;
    }
    Configuration members = raft.members();
    TreeSet<NodeId> voters = new TreeSet<>();
    TreeSet<NodeId> learners = new TreeSet<>();
    for (NodeId node : world.nodes()) {
      boolean stays = members.votes(node) && random.nextInt(8) > 0;
      if (stays || (members.learners().contains(node) && random.nextInt(4) > 0)) {
        voters.add(node);
      } else if (!members.votes(node) && !members.removed().contains(node)) {
        learners.add(node);
      }
    }
    world.note(id + " is to change " + members + " to " + voters + ", learners " + learners);
    Change change = new Change(voters, learners);
    life.arrive(life.pending.change(members, change, CLIENT_TICKS, _ -> {}));
  }

  /// Wishes that another node lead, whoever is best prepared or `target`.
  void transfer(@Nullable NodeId target) {
    if (life != null) {
      world.note(id + " is to hand over to " + (target == null ? "anybody" : target));
      life.arrive(life.pending.transfer(target, CLIENT_TICKS, _ -> {}));
    }
  }
}
