package io.raftctl.node;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.statemachine.MachineLostException;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.storage.LogStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Applies beside the loop, for a state machine that may take its time, hang or die.
///
/// The loop only says up to where entries are committed; whoever works reads them from the log. So
/// nothing piles up here however long the machine takes, and a machine that has lost its state is
/// told the same entries again, from the last state that is held, or from the first entry. What
/// comes of the work goes back to the loop, which collects it in its next turn: what the world sees
/// of an entry it sees once.
///
/// The methods of [Applying] are the loop's; [#step] is the worker's, one at a time. Neither waits
/// for the other, so the simulator runs this class too, with steps that come late.
public final class ApplierBeside implements Applying {
  private static final long READ_BYTES_MAX = 1 << 20;

  /// Bounds of what waits on the way there and back; a full queue is an answer, or a pause.
  private static final int READS_MAX = 8192;

  private static final int RESULTS_MAX = 4096;

  private final SessionMachine machine;
  private final LogStore log;
  private final PendingRequests pending;
  private final Runnable workCame;
  private final Runnable resultsCame;
  private final Consumer<Input> unreadable;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private long committed;
  private List<Effects.ReadIndex> reads = new ArrayList<>();
  private List<Runnable> results = new ArrayList<>();
  private final Deque<Consumer<@Nullable AppliedState>> takers = new ArrayDeque<>();
  private @Nullable AppliedState installing;

  // The worker's.
  private final Applier applier;
  private final Deque<Entry> batch = new ArrayDeque<>();

  /// From where a machine that is lost begins again; null for the first entry. Never before the
  /// first entry of the log: that goes only for a snapshot, which was this first.
  private @Nullable AppliedState base;

  /// The last entry that the loop was told of, or will be.
  private long told;

  // The loop's.
  private EntryId applied;

  /// @param recovered what the machine has by a snapshot
  /// @param workCame tells the worker that there is something to do; must not wait
  /// @param resultsCame tells the loop that a turn is wanted; must not wait
  /// @param unreadable tells the core which entry was handed out and is damaged; must not wait
  public ApplierBeside(
      SessionMachine machine,
      LogStore log,
      PendingRequests pending,
      NodeStorage.Recovered recovered,
      Runnable workCame,
      Runnable resultsCame,
      Consumer<Input> unreadable) {
    this.machine = machine;
    this.log = log;
    this.pending = pending;
    this.workCame = workCame;
    this.resultsCame = resultsCame;
    this.unreadable = unreadable;
    this.applier = new Applier(machine, new Results(), recovered);
    this.applied = recovered.last();
    this.told = applied.index();
    this.committed = applied.index();
    this.base = applied.equals(EntryId.NONE) ? null : applier.state();
  }

  @Override
  public EntryId applied() {
    return applied;
  }

  @Override
  public void apply(List<Entry> newlyCommitted) {
    collect();
    if (!newlyCommitted.isEmpty()) {
      locked(() -> committed = newlyCommitted.getLast().index());
      workCame.run();
    }
  }

  @Override
  public void readable(List<Effects.ReadIndex> confirmed) {
    List<Effects.ReadIndex> refused = new ArrayList<>();
    locked(
        () -> {
          for (Effects.ReadIndex read : confirmed) {
            (reads.size() < READS_MAX ? reads : refused).add(read);
          }
        });
    for (Effects.ReadIndex read : refused) {
      pending.settle(
          read.ticket(),
          new Outcome.Unavailable("too many reads wait for the state machine; try again later"));
    }
    if (!confirmed.isEmpty()) {
      workCame.run();
    }
  }

  @Override
  public void restore(AppliedState state) {
    locked(() -> installing = state);
    workCame.run();
  }

  @Override
  public void state(Consumer<@Nullable AppliedState> taker) {
    locked(() -> takers.addLast(taker));
    workCame.run();
  }

  /// Takes in what the worker has done since the last turn.
  private void collect() {
    List<Runnable> done = new ArrayList<>();
    locked(
        () -> {
          done.addAll(results);
          results.clear();
        });
    done.forEach(Runnable::run);
    if (done.size() >= RESULTS_MAX) {
      workCame.run(); // It paused for us.
    }
  }

  /// Does a bit of the work, as long as the machine takes for it.
  ///
  /// @return false where there is nothing to do until `workCame`
  public boolean step() {
    try {
      return install() || work();
    } catch (MachineLostException e) {
      startOver();
      return true;
    }
  }

  /// A snapshot comes before everything else: the entries before it are gone from the log.
  @SuppressWarnings("ReferenceEquality") // Another one may have come meanwhile, however alike.
  private boolean install() {
    AppliedState state = installing();
    if (state == null) {
      return false;
    }
    batch.clear();
    base = state;
    applier.restore(state);
    locked(() -> installing = installing == state ? null : installing);
    return true;
  }

  private @Nullable AppliedState installing() {
    lock.lock();
    try {
      return installing;
    } finally {
      lock.unlock();
    }
  }

  private boolean work() {
    long target;
    List<Effects.ReadIndex> confirmed;
    Consumer<@Nullable AppliedState> taker;
    lock.lock();
    try {
      if (results.size() >= RESULTS_MAX) {
        return false;
      }
      target = committed;
      confirmed = reads;
      reads = new ArrayList<>();
      taker = takers.peekFirst();
    } finally {
      lock.unlock();
    }
    applier.readable(confirmed);
    if (taker != null) {
      giveState(taker);
      return true;
    }
    if (batch.isEmpty() && !readLog(target)) {
      machine.idle();
      return false;
    }
    applier.apply(List.of(batch.getFirst()));
    batch.removeFirst();
    return true;
  }

  private void giveState(Consumer<@Nullable AppliedState> taker) {
    // While it catches up with what it was told before, it is behind what the taker may know.
    boolean behind = applier.applied().index() < told;
    AppliedState now = machine.savable() && !behind ? applier.state() : null;
    if (now != null) {
      base = now;
    }
    locked(takers::removeFirst);
    taker.accept(now);
  }

  private boolean readLog(long target) {
    long next = applier.applied().index() + 1;
    if (next > target) {
      return false;
    }
    try {
      batch.addAll(log.read(next, target, READ_BYTES_MAX));
      return true;
    } catch (IndexOutOfBoundsException e) {
      return false; // A snapshot has taken their place, and is about to be handed to us.
    } catch (DamagedEntryException e) {
      locked(() -> committed = Math.min(committed, next - 1));
      // It is handed out again when it is mended.
      unreadable.accept(new Input.Unreadable(e.entry(), true));
      return false;
    }
  }

  /// The machine begins where the last state left off, or at the front of the log.
  private void startOver() {
    batch.clear();
    AppliedState from = base;
    if (from == null) {
      machine.restart();
      applier.rewind(EntryId.NONE, new byte[0]);
    } else {
      machine.restore(from.state());
      applier.rewind(from.last(), from.configuration());
    }
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  /// Carries answers to the loop.
  private final class Results implements Answers {
    private void tell(Runnable result) {
      locked(() -> results.add(result));
      resultsCame.run();
    }

    @Override
    public void applied(Entry entry, Outcome outcome) {
      if (entry.index() <= told) {
        return; // A replay: all the world knows this.
      }
      told = entry.index();
      tell(
          () -> {
            applied = entry.id();
            pending.applied(entry, outcome);
          });
    }

    @Override
    public void skippedTo(long index) {
      EntryId reached = applier.applied();
      told = Math.max(told, index);
      tell(
          () -> {
            applied = reached.index() > applied.index() ? reached : applied;
            pending.skippedTo(index);
          });
    }

    @Override
    public @Nullable Query query(long ticket) {
      return pending.query(ticket);
    }

    @Override
    public void settle(long ticket, Outcome outcome) {
      tell(() -> pending.settle(ticket, outcome));
    }
  }
}
