package io.raftctl.node;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.node.snapshot.Snapshots;
import io.raftctl.node.time.NodeClock;
import io.raftctl.node.time.Ticks;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.repair.Damage;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.storage.LogStore;
import io.raftctl.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A node on real threads: one takes the turns, one syncs. See [NodeLoop] for what a turn is.
public final class RunningNode implements Node {
  /// Inputs in one turn; more wait for the next, so that a flood does not delay a heartbeat.
  private static final int TURN_LIMIT = 4096;

  private static final long INBOX_BYTES_MAX = 32 << 20;

  /// So far may a state machine fall behind before new commands are refused.
  private static final long UNAPPLIED_MAX = 100_000;

  private static final long COMMITTED_BYTES_MAX = 1 << 20;

  private final Inbox inbox = new Inbox(INBOX_BYTES_MAX);
  private final PendingRequests pending = new PendingRequests();
  private final NodeCounters counters = new NodeCounters();
  private final AtomicReference<@Nullable String> halted = new AtomicReference<>();
  private final NodeStorage storage;
  private final NodeListener listener;
  private final NodeClock clock;
  private final long startNanos;
  private final long tickNanos;
  private final NodeLoop loop;
  private final SyncThread syncThread;
  private final ExecutorService saving;
  private final ExecutorService moving;
  private final Snapshots snapshots;
  private final StateMachine machine;
  private final ApplierThread applying;

  /// Null where the loop applies by itself.
  private final @Nullable ApplierBeside beside;

  private final Thread thread;
  private volatile NodeStatus status;

  private RunningNode(
      RaftConfig config,
      NodeStorage storage,
      Transport transport,
      StateMachine machine,
      Duration tick,
      NodeClock clock,
      RandomGenerator random,
      NodeListener listener) {
    this.storage = storage;
    this.listener = listener;
    this.clock = clock;
    this.startNanos = clock.nanos();
    this.tickNanos = tick.toNanos();
    SessionMachine sessions = new SessionMachine(machine, new SessionTable(SessionLimits.DEFAULT));
    NodeStorage.Recovered applied = storage.recover(sessions);
    LogStore store = storage.log();
    Raft raft =
        new Raft(config, store.hardState(), store, storage.held(), applied.members(), random);
    this.syncThread =
        new SyncThread(
            "sync-" + config.id(),
            store,
            turn -> inbox.put(new Input.Synced(turn)),
            this::halt,
            counters);
    this.machine = machine;
    this.applying = new ApplierThread("apply-" + config.id(), this::halt);
    ApplierBeside beside =
        machine.outside()
            ? new ApplierBeside(
                sessions, store, pending, applied, applying::wake, inbox::wake, inbox::put)
            : null;
    this.beside = beside;
    Applying applier = beside == null ? new Applier(sessions, pending, applied) : beside;
    this.saving = background("save-" + config.id());
    this.moving = background("snapshots-" + config.id());
    this.snapshots =
        new Snapshots(
            config.id(),
            storage,
            sessions,
            new Snapshots.World(
                guarded(saving), guarded(moving), transport, inbox::put, listener::changed));
    this.loop = new NodeLoop(raft, store, syncThread, transport, pending, applier, snapshots);
    this.status = takeStatus();
    noticeDamage(Damage.NONE, status.damage());
    this.thread = Thread.ofPlatform().name("raft-" + config.id()).daemon().unstarted(this::run);
  }

  private static ExecutorService background(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
  }

  /// Runs what it is given on `executor`. What breaks there halts the node.
  private Executor guarded(Executor executor) {
    return action ->
        executor.execute(
            () -> {
              try {
                action.run();
              } catch (RuntimeException | Error e) {
                halt(e);
              }
            });
  }

  /// Starts a node on what `storage` recovered.
  ///
  /// @param storage closed with the node
  /// @param machine closed with the node
  /// @param tick the unit of the config's times, by `clock`
  public static RunningNode start(
      RaftConfig config,
      NodeStorage storage,
      Transport transport,
      StateMachine machine,
      Duration tick,
      NodeClock clock,
      RandomGenerator random,
      NodeListener listener) {
    RunningNode node =
        new RunningNode(config, storage, transport, machine, tick, clock, random, listener);
    if (node.status.awaitedTerms() != null) {
      node.tellAwaited(node.status.awaitedTerms());
    }
    for (String file : storage.passedOver()) {
      listener.changed(file + " is damaged and put aside");
    }
    listener.membersChanged(node.status.members());
    listener.begins(config.incarnation());
    node.syncThread.start();
    node.thread.start();
    if (node.beside != null) {
      node.applying.start(node.beside::step);
    }
    return node;
  }

  @Override
  public void submit(SessionCommand command, Duration timeout, Consumer<? super Outcome> done) {
    counters.proposal();
    NodeStatus now = status;
    if (now.commitIndex() - now.appliedIndex() > UNAPPLIED_MAX) {
      done.accept(
          new Outcome.Unavailable(
              "the state machine is %d entries behind; try again when it has caught up"
                  .formatted(now.commitIndex() - now.appliedIndex())));
      return;
    }
    Input.Propose proposal = pending.propose(command, ticks(timeout), done);
    enter(proposal.ticket(), proposal);
  }

  @Override
  public void read(
      byte[] command, Consistency consistency, Duration timeout, Consumer<? super Outcome> done) {
    counters.read();
    Input.Read read = pending.read(command, consistency, ticks(timeout), done);
    enter(read.ticket(), read);
  }

  @Override
  public void state(
      Duration timeout, Consumer<? super AppliedState> done, Consumer<? super Outcome> failed) {
    Input.Read read =
        pending.confirm(
            ticks(timeout),
            outcome -> {
              // An answer to a read comes on the loop's thread, which may ask for the state.
              if (outcome instanceof Outcome.Done) {
                loop.applier().state(now -> give(now, done, failed));
              } else {
                failed.accept(outcome);
              }
            });
    enter(read.ticket(), read);
  }

  private static void give(
      @Nullable AppliedState now,
      Consumer<? super AppliedState> done,
      Consumer<? super Outcome> failed) {
    if (now == null) {
      failed.accept(new Outcome.Unavailable("the state machine has no snapshot to give now"));
    } else {
      done.accept(now);
    }
  }

  @Override
  public void ask(RequestId id, long since, Duration timeout, Consumer<? super Outcome> done) {
    counters.read();
    Input.Read read = pending.ask(id, since, ticks(timeout), done);
    enter(read.ticket(), read);
  }

  @Override
  public void transfer(@Nullable NodeId target, Duration timeout, Consumer<? super Outcome> done) {
    Input.Transfer wish = pending.transfer(target, ticks(timeout), done);
    enter(wish.ticket(), wish);
  }

  @Override
  public void change(
      Configuration before, Change change, Duration timeout, Consumer<? super Outcome> done) {
    Input.ChangeMembers wish = pending.change(before, change, ticks(timeout), done);
    enter(wish.ticket(), wish);
  }

  private void enter(long ticket, Input input) {
    if (halted.get() != null) {
      pending.settle(ticket, new Outcome.Unavailable("the node has stopped"));
    } else if (!inbox.offer(input)) {
      counters.inboxFull();
      pending.settle(
          ticket, new Outcome.Unavailable("the node has too much under way; try again later"));
    }
  }

  @Override
  public void receive(Input.Received message) {
    if (!inbox.offer(message)) {
      counters.inboxFull();
    }
  }

  @Override
  public NodeStatus status() {
    NodeStatus now = status;
    String reason = halted.get();
    return reason == null ? now : now.halted(reason);
  }

  @Override
  public NodeCounters counters() {
    return counters;
  }

  @Override
  public List<Entry> committed(long from) {
    NodeStatus now = status;
    if (from > now.commitIndex() || from < now.firstIndex()) {
      return List.of();
    }
    try {
      return storage.log().read(from, now.commitIndex(), COMMITTED_BYTES_MAX);
    } catch (IndexOutOfBoundsException e) {
      return List.of(); // They went into a snapshot at this moment.
    } catch (DamagedEntryException e) {
      inbox.put(new Input.Unreadable(e.entry(), false)); // So that a peer gives it back.
      throw e;
    }
  }

  @Override
  public void close() {
    stop("stopped");
    snapshots.close();
    try {
      thread.join();
      applying.stop();
      machine.close();
      applying.join();
      syncThread.close();
      saving.close();
      moving.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pending.close();
    storage.close();
  }

  private void run() {
    try {
      Ticks ticks = new Ticks(tickNanos, clock.nanos());
      boolean more = false;
      List<Input> arrived = new ArrayList<>();
      List<Input> inputs = new ArrayList<>();
      while (halted.get() == null) {
        int spare = loop.raft().ticksToSpare();
        more |= inbox.drainTo(arrived, TURN_LIMIT, more ? 0 : waitNanos(ticks, spare));
        long now = clock.nanos();
        ticks.weave(arrived, spare, now, inputs);
        if (!inputs.isEmpty() || more) {
          inputs.addFirst(new Input.Clock(milliTicks(now)));
          more = loop.turn(inputs);
          inputs.clear();
          arrived.clear();
          notice(status, takeStatus());
        }
      }
    } catch (InterruptedException e) {
      halt(e); // Nobody interrupts this thread.
    } catch (RuntimeException | Error e) {
      halt(e);
    }
  }

  /// How long the machine has to wait, whose clock may be another one.
  private long waitNanos(Ticks ticks, int spare) {
    long now = clock.nanos();
    long due = now + ticks.nanosTo(spare, now);
    return clock.systemNanos(due) - clock.systemNanos(now);
  }

  private void halt(Throwable cause) {
    String reason = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    if (stop(reason)) {
      listener.halted(reason, cause);
    }
  }

  /// Ends the turns. Interrupts nobody: that would close the files under a write.
  ///
  /// @return whether this was the first reason to stop
  private boolean stop(String reason) {
    boolean first = halted.compareAndSet(null, reason);
    inbox.close();
    return first;
  }

  private void notice(NodeStatus before, NodeStatus now) {
    status = now;
    if (!before.members().equals(now.members())) {
      listener.membersChanged(now.members());
    }
    if (!before.role().equals(now.role())
        || !before.members().equals(now.members())
        || !before.committedMembers().equals(now.committedMembers())) {
      listener.rolesChanged();
    }
    noticeDamage(before.damage(), now.damage());
    if (before.damage().front() && !now.damage().front()) {
      listener.changed("a snapshot has come from a peer in place of the lost one");
    }
    if (before.diskFull() != now.diskFull()) {
      listener.changed(
          now.diskFull()
              ? "the disk is full: this node takes no commands until there is room again"
              : "there is room on the disk again");
    }
    if (!Objects.equals(before.awaitedTerms(), now.awaitedTerms())) {
      tellAwaited(now.awaitedTerms());
    }
    boolean sameLeader = Objects.equals(before.leader(), now.leader());
    if (before.role().equals(now.role()) && before.term() == now.term() && sameLeader) {
      return;
    }
    if (now.role().equals("candidate")) {
      counters.election();
    }
    if (now.role().endsWith("candidate") && before.role().endsWith("candidate")) {
      return; // One more try without a quorum: said once, or a node alone fills its log with it.
    }
    NodeId leader = now.leader();
    listener.changed(
        "term "
            + now.term()
            + ": "
            + now.role()
            + (leader == null || leader.equals(now.id()) ? "" : " of " + leader));
  }

  private void noticeDamage(Damage before, Damage now) {
    if (now.mended() > before.mended()) {
      listener.changed(
          "repaired from %s: %d, left: %d"
              .formatted(
                  status.id().equals(now.mendedFrom()) ? "memory" : now.mendedFrom(),
                  now.mended() - before.mended(),
                  now.entries()));
    }
    boolean same =
        Objects.equals(before.first(), now.first()) && before.prospect() == now.prospect();
    if (now.any() && !same) {
      listener.changed(now.text());
    }
  }

  private void tellAwaited(@Nullable SortedSet<NodeId> awaited) {
    listener.changed(
        awaited == null
            ? "all members have told their terms: this node votes and counts again"
            : "its term and vote are lost: it neither votes nor counts until it has heard the terms"
                + " of nodes "
                + awaited
                + "; start them, or remove from the cluster what is gone for good");
  }

  private NodeStatus takeStatus() {
    Raft raft = loop.raft();
    return new NodeStatus(
        raft.id(),
        raft.role(),
        raft.term(),
        raft.leader(),
        raft.commitIndex(),
        loop.applier().applied().index(),
        raft.firstIndex(),
        raft.last().index(),
        raft.snapshotIndex(),
        raft.damage(),
        raft.isShortOfRoom(),
        raft.awaitedTerms(),
        heardNanos(raft),
        raft.members(),
        raft.committedMembers(),
        null);
  }

  private @Nullable Long heardNanos(Raft raft) {
    Long heard = raft.heardClock();
    return heard == null || raft.leads()
        ? null
        : clock.systemNanos(startNanos + heard * tickNanos / 1_000);
  }

  /// Counts from the start of this node, so that nothing overflows.
  private long milliTicks(long nanos) {
    long passed = nanos - startNanos;
    return passed / tickNanos * 1_000 + passed % tickNanos * 1_000 / tickNanos;
  }

  private long ticks(Duration timeout) {
    return Math.max(1, timeout.toNanos() / tickNanos);
  }
}
