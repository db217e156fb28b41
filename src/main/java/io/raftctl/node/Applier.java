package io.raftctl.node;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Runs committed entries on the state machine, in order and each once, and answers reads from it.
///
/// Owned by the loop's thread.
public final class Applier {
  private static final Reply NOTHING = Reply.ok("");

  private final StateMachine machine;
  private final PendingRequests pending;

  /// Reads whose index is not applied yet, lowest index first: a read never gets a lower index than
  /// one before it.
  private final Deque<Effects.ReadIndex> waiting = new ArrayDeque<>();

  private EntryId applied;

  /// The data of the latest configuration entry applied; empty where there was none.
  private byte[] configuration;

  /// @param recovered what the machine has by a snapshot
  public Applier(StateMachine machine, PendingRequests pending, NodeStorage.Recovered recovered) {
    this.machine = machine;
    this.pending = pending;
    this.applied = recovered.last();
    this.configuration = recovered.configuration();
  }

  /// The last entry applied.
  public EntryId applied() {
    return applied;
  }

  /// What a snapshot of now has to hold.
  AppliedState state() {
    return new AppliedState(applied, configuration, machine.state());
  }

  /// Goes on from a snapshot of a leader, in place of all that was applied.
  void restore(AppliedState state) {
    assert state.last().index() > applied.index() : state.last() + " installed after " + applied;
    machine.restore(state.machine());
    applied = state.last();
    configuration = state.configuration();
    pending.skippedTo(applied.index());
    answerReads();
  }

  void apply(List<Entry> committed) {
    for (Entry entry : committed) {
      assert entry.index() == applied.index() + 1 : entry.id() + " applied after " + applied;
      Reply reply =
          switch (entry.kind()) {
            case COMMAND ->
                machine.apply(entry.index(), CommandEnvelope.decode(entry.data()).command());
            case NO_OP -> NOTHING;
            case CONFIGURATION -> {
              configuration = entry.data();
              yield NOTHING;
            }
          };
      applied = entry.id();
      pending.applied(entry, reply);
    }
    answerReads();
  }

  void readable(List<Effects.ReadIndex> reads) {
    waiting.addAll(reads);
    answerReads();
  }

  /// A read that only asks to be confirmed is none of the machine's business.
  private Reply answer(byte[] query) {
    return query == PendingRequests.CONFIRM ? NOTHING : machine.query(query);
  }

  private void answerReads() {
    while (!waiting.isEmpty() && waiting.getFirst().index() <= applied.index()) {
      long ticket = waiting.removeFirst().ticket();
      byte[] query = pending.query(ticket);
      if (query != null) {
        pending.settle(ticket, new Outcome.Done(applied, answer(query)));
      }
    }
  }
}
