package io.raftctl.node;

import io.raftctl.node.room.RoomAhead;
import io.raftctl.node.snapshot.Snapshots;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.Raft;
import io.raftctl.raft.snapshot.SnapshotWork;
import io.raftctl.storage.LogStore;
import io.raftctl.transport.Transport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// One turn of a node: inputs to the core, and its effects carried out in their order.
///
/// Everything that touches the world is behind a seam, so the simulator runs this very class. One
/// thread owns it; [NodeThread] is the one that repeats it in production.
public final class NodeLoop {
  /// Messages that wait for the sync of a turn's writes.
  private record Held(long turn, List<Message> messages) {}

  private final Raft raft;
  private final LogStore store;
  private final Syncer syncer;
  private final Transport transport;
  private final PendingRequests pending;
  private final Applying applier;
  private final Snapshots snapshots;
  private final RoomAhead room;
  private final Deque<Held> held = new ArrayDeque<>();
  private long writtenTurn;
  private long syncedTurn;

  public NodeLoop(
      Raft raft,
      LogStore store,
      Syncer syncer,
      Transport transport,
      PendingRequests pending,
      Applying applier,
      Snapshots snapshots) {
    this.raft = raft;
    this.store = store;
    this.syncer = syncer;
    this.transport = transport;
    this.pending = pending;
    this.applier = applier;
    this.snapshots = snapshots;
    this.room = new RoomAhead(store, snapshots::want);
  }

  /// Takes one turn.
  ///
  /// @return true where the next turn has work to do even without input
  public boolean turn(List<Input> arrived) {
    List<Input> inputs = room.before(arrived);
    for (Input input : inputs) {
      // All others are for the core alone.
      if (input instanceof Input.Synced synced) {
        syncedTurn = Math.max(syncedTurn, synced.turn());
      } else if (input instanceof Input.Tick) {
        pending.tick();
      }
    }
    release();
    boolean led = raft.leads();
    long term = raft.term();
    Effects effects = raft.step(inputs);
    transport.send(effects.sendNow());
    SnapshotWork.Installation installed = effects.snapshots().install();
    if (installed != null) {
      if (!installed.logGoesOn()) {
        store.startAfter(installed.last());
      }
      applier.restore(snapshots.take(installed.last()));
    }
    if (effects.writes()) {
      store.repair(effects.repair());
      store.write(effects.hardState(), effects.append());
      writtenTurn = effects.turn();
      syncer.request(writtenTurn);
    }
    if (!effects.sendAfterSync().isEmpty()) {
      held.add(new Held(writtenTurn, effects.sendAfterSync()));
      release();
    }
    effects.accepted().forEach(pending::accepted);
    effects.refused().forEach(pending::refused);
    effects.transferred().forEach(pending::transferred);
    applier.apply(effects.committed());
    applier.readable(effects.readable());
    if (led && !raft.leads() && raft.term() == term) {
      pending.lostQuorum(); // After the above: what was committed in this turn is answered by that.
    }
    workOnSnapshots(inputs, effects);
    return effects.more();
  }

  private void workOnSnapshots(List<Input> inputs, Effects effects) {
    if (effects.snapshots().compactTo() > 0) {
      store.compact(effects.snapshots().compactTo());
    }
    snapshots.carryOut(effects.snapshots());
    for (Input input : inputs) {
      if (input instanceof Input.SnapshotReceived received) {
        snapshots.settled(received.last());
      }
    }
    long bytes = 0;
    for (Entry entry : effects.committed()) {
      bytes += entry.size();
    }
    snapshots.applied(bytes, applier::state);
  }

  /// Sends what all writes that it rests on are synced for.
  private void release() {
    while (!held.isEmpty() && held.getFirst().turn <= syncedTurn) {
      transport.send(held.removeFirst().messages);
    }
  }

  public Raft raft() {
    return raft;
  }

  public Applying applier() {
    return applier;
  }
}
