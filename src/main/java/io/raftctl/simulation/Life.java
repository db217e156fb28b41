package io.raftctl.simulation;

import io.raftctl.node.Applier;
import io.raftctl.node.ApplierBeside;
import io.raftctl.node.Applying;
import io.raftctl.node.NodeLoop;
import io.raftctl.node.Outcome;
import io.raftctl.node.PendingRequests;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.node.snapshot.Snapshots;
import io.raftctl.node.time.Ticks;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.coverage.TurnWatch;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.judge.NodeInvariants;
import io.raftctl.simulation.judge.ObservedStore;
import io.raftctl.simulation.network.SimulatedNetwork.Letter;
import io.raftctl.simulation.witness.Progressed;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.snapshot.SnapshotStore;
import io.raftctl.transport.Address;
import io.raftctl.transport.Whereabouts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGenerator.SplittableGenerator;
import org.jspecify.annotations.Nullable;

/// One life of a simulated node, from a start to a crash: the production node's loop and storage,
/// and the threads that it would have.
final class Life implements AutoCloseable {
  private static final int INTRODUCTION_TICKS = 50;
  private static final long NEVER = Long.MAX_VALUE;

  private final SimulatedNode node;
  private final NodeId id;
  private final World world;

  /// Draws how long things take.
  private final RandomGenerator random;

  final PendingRequests pending = new PendingRequests();
  final List<Input> inbox = new ArrayList<>();
  final ObservedStore store;
  final NodeStorage storage;
  final NodeLoop loop;
  private final NodeInvariants invariants;
  private final TurnWatch watch;

  /// Where this node takes the members to be, and by which configuration.
  private SortedMap<NodeId, Address> whereabouts;

  private Configuration followed;

  /// The snapshots that were held against those of the other nodes.
  private List<Snapshot> held = List.of();

  /// Where nodes say that they are that spoke to this one.
  private final SortedMap<NodeId, Address> said = new TreeMap<>();

  private final Ticks ticks;

  /// When the node is to be woken for a tick, if nothing comes before.
  private long wakeMicros = NEVER;

  boolean turnPlanned;
  boolean stepPlanned;
  BooleanSupplier step = () -> false;
  long syncWanted;
  long syncDone;
  boolean syncing;

  /// What the node does beside its loop, one step after another, each after a while.
  final Deque<Runnable> saving = new ArrayDeque<>();

  final Deque<Runnable> moving = new ArrayDeque<>();

  /// @param ofCore draws what the core decides by chance
  Life(SimulatedNode node, SplittableGenerator ofCore) {
    this.node = node;
    this.id = node.id();
    this.world = node.world();
    this.random = node.random();
    boolean founds = world.voters().contains(id);
    int electionTicks = world.config().core().electionTicks();
    RaftConfig config =
        new RaftConfig(
            id,
            node.incarnation(),
            founds ? world.voters() : List.of(),
            electionTicks,
            1 + electionTicks / 8,
            world.config().core().features(),
            world.config().core().limits());
    LogStore log = world.sabotage().store(node.openLog());
    EntryId promised = world.safety().disk(id).base();
    store = new ObservedStore(id, log, world.safety().disk(id), world.safety());
    node.recovered(store.hardState());
    SnapshotStore snapshotStore = node.openSnapshots();
    storage = new NodeStorage(store, snapshotStore, world.config().core().snapshotBytes());
    SessionTable sessions = new SessionTable(world.config().core().sessions());
    SessionMachine machine = new SessionMachine(new ObservedMachine(node), sessions);
    NodeStorage.Recovered applied = storage.recover(machine);
    world.safety().recovered(id, applied.last(), promised);
    Raft raft =
        new Raft(config, store.hardState(), store, storage.held(), applied.members(), ofCore);
    Applying applier =
        world.config().core().appliesBeside()
            ? beside(machine, applied)
            : new Applier(machine, pending, applied);
    watch = new TurnWatch(world.coverage());
    invariants = new NodeInvariants(raft, store, config.limits());
    Snapshots snapshots =
        new Snapshots(
            id,
            storage,
            machine,
            new Snapshots.World(
                action -> beside(saving, action),
                action -> beside(moving, action),
                this::send,
                this::arrive,
                line -> world.note(id, id + ": " + line)));
    loop = new NodeLoop(raft, store, this::sync, this::send, pending, applier, snapshots);
    long begun = node.clockMicros() - random.nextLong(node.tickMicros());
    ticks = new Ticks(1_000 * node.tickMicros(), 1_000 * begun);
    followed = raft.members();
    whereabouts = Whereabouts.of(followed, settings());
  }

  private SortedMap<NodeId, Address> settings() {
    return world.voters().contains(id) ? world.settings() : new TreeMap<>();
  }

  SortedMap<NodeId, Address> whereabouts() {
    return whereabouts;
  }

  private void send(List<Message> messages) {
    watch.sends(messages);
    if (node.running()) { // Not yet within a start.
      node.disk().sent(loop.raft(), messages);
    }
    for (Message message : messages) {
      Address address = addressOf(message.to());
      if (address != null) {
        world.send(new Letter(message, node.incarnation(), node.address(), address));
      }
    }
  }

  /// Where a message goes: where its receiver is taken to be, or where it says by itself that it is
  /// if nothing places it, or nobody answers there any more.
  private @Nullable Address addressOf(NodeId receiver) {
    Address placed = whereabouts.get(receiver);
    boolean answered =
        placed != null && (!world.config().has(Trouble.MOVES) || world.at(placed) != null);
    return answered ? placed : said.get(receiver);
  }

  /// A message came in, and says where its sender is reached.
  void arrive(Letter letter) {
    said.put(letter.message().from(), letter.sender());
    if (letter.message() instanceof Message.TermReply reply) {
      reply.addresses().forEach((node, at) -> said.putIfAbsent(node, Address.parse(at)));
    }
    arrive(new Input.Received(letter.message(), letter.incarnation()));
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
    planOnDisk(
        50 + random.nextLong(world.syncMicrosMax()),
        () -> {
          queue.getFirst().run();
          queue.removeFirst();
          if (!queue.isEmpty()) {
            planNext(queue);
          }
        });
  }

  /// What is answered to a client, who may be refused.
  Consumer<Outcome> watched(Consumer<Outcome> done) {
    return outcome -> {
      switch (outcome) {
        case Outcome.NotLeader _, Outcome.Unavailable _, Outcome.Denied _ -> watch.refuses();
        case Outcome.Done _, Outcome.Known _, Outcome.Indeterminate _ -> {}
      }
      done.accept(outcome);
    };
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
    Raft raft = loop.raft();
    List<Input> inputs = new ArrayList<>();
    inputs.add(new Input.Clock(node.clockMicros() * 1_000 / node.tickMicros()));
    ticks.weave(inbox, raft.ticksToSpare(), 1_000 * node.clockMicros(), inputs);
    inbox.clear();
    final long term = raft.term();
    final long commit = raft.commitIndex();
    final String role = raft.role();
    store.turnBegins(commit);
    world.safety().turnBegins(raft);
    watch.begins(raft, inputs);
    boolean more;
    try {
      more = loop.turn(inputs);
    } catch (SimulatedDisk.SimulatedCrash e) {
      world.safety().turnEnded(raft, commit, term); // What it did before the crash, it did.
      throw e;
    }
    world.safety().turnEnded(raft, commit, term);
    watch.ends(raft);
    world.seen(id, raft);
    if (raft.commitIndex() > commit) {
      world.tell(id.value(), new Progressed(raft.last(), raft.commitIndex()));
    }
    invariants.check();
    if (!storage.held().equals(held)) {
      held = storage.held();
      held.forEach(snapshot -> world.safety().holds(id, snapshot));
    }
    if (!raft.members().equals(followed)) {
      followed = raft.members();
      whereabouts = Whereabouts.of(followed, settings());
    }
    node.turned(raft);
    if (raft.term() != term || !raft.role().equals(role)) {
      world.note(id, id + " is " + raft.role() + " of term " + raft.term());
    }
    if (more) {
      planTurn();
    }
    planWaking();
  }

  /// The node wakes by itself on the tick on which something falls due. Called anew where that is
  /// not when it was.
  void planWaking() {
    long wait = Math.max(0, microsToWaking());
    long at = world.nowMicros() + wait;
    if (at < wakeMicros) {
      wakeMicros = at;
      plan(wait, () -> wake(at));
    }
  }

  private void wake(long planned) {
    if (planned != wakeMicros) {
      return; // It was to wake before.
    }
    wakeMicros = NEVER;
    if (turnPlanned) {
      return;
    }
    if (microsToWaking() <= 0) {
      turn();
    } else {
      planWaking();
    }
  }

  private long microsToWaking() {
    long nanos = ticks.nanosTo(loop.raft().ticksToSpare(), 1_000 * node.clockMicros());
    return Math.ceilDiv(nanos, 1_000);
  }

  /// Turns that end while a sync is under way share the next one, as on real disks.
  private void sync(long turn) {
    syncWanted = turn;
    if (!syncing) {
      syncing = true;
      long synced = syncWanted;
      planOnDisk(50 + random.nextLong(world.syncMicrosMax()), () -> endSync(synced));
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
  void plan(long delayMicros, Runnable action) {
    world.after(delayMicros, () -> runUnlessPaused(action));
  }

  /// The same of something that waits for the disk.
  private void planOnDisk(long delayMicros, Runnable action) {
    plan(
        delayMicros,
        () -> {
          long hanging = node.disk().hangsForMicros();
          if (hanging > 0) {
            planOnDisk(hanging, action);
          } else {
            action.run();
          }
        });
  }

  private void runUnlessPaused(Runnable action) {
    if (!node.lives(this)) {
      return;
    }
    long paused = node.pausedUntilMicros() - world.nowMicros();
    if (paused > 0) {
      plan(paused, action);
      return;
    }
    try {
      action.run();
    } catch (SimulatedDisk.SimulatedCrash e) {
      world.coverage().reach(Mark.CRASHED_IN_OPERATION);
      node.crash();
    } catch (StorageException e) {
      node.failed(e);
    }
  }

  /// Whether the newest snapshot could be done without: another one reaches the log, and the newest
  /// is not one that takes the place of the log.
  boolean hasSpareSnapshot() {
    List<Snapshot> held = storage.held();
    EntryId logged = store.base();
    EntryId installed = world.safety().disk(id).base();
    return held.size() > 1
        && Math.max(logged.index(), installed.index()) <= held.get(held.size() - 2).last().index();
  }

  /// Says where this node is to all whom it would reach, as their connections do in production.
  private void introduce() {
    SortedMap<NodeId, Address> reached = new TreeMap<>(said);
    reached.putAll(whereabouts);
    for (NodeId peer : reached.keySet()) {
      Address there = addressOf(peer);
      if (!peer.equals(id) && there != null) {
        world.introduce(node, peer, there);
      }
    }
  }

  void heard(NodeId from, Address at) {
    said.put(from, at);
  }

  /// The node runs from now on.
  void begin() {
    planWaking();
    introduceAgain();
  }

  private void introduceAgain() {
    introduce();
    plan(INTRODUCTION_TICKS * node.tickMicros(), this::introduceAgain);
  }

  @Override
  public void close() {
    pending.close();
  }
}
