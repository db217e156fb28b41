package io.raftctl.node;

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

  private EntryId applied = EntryId.NONE;

  public Applier(StateMachine machine, PendingRequests pending) {
    this.machine = machine;
    this.pending = pending;
  }

  /// The last entry applied.
  public EntryId applied() {
    return applied;
  }

  void apply(List<Entry> committed) {
    for (Entry entry : committed) {
      assert entry.index() == applied.index() + 1 : entry.id() + " applied after " + applied;
      Reply reply =
          switch (entry.kind()) {
            case COMMAND ->
                machine.apply(entry.index(), CommandEnvelope.decode(entry.data()).command());
            case NO_OP -> NOTHING;
            case CONFIGURATION ->
                throw new IllegalStateException(
                    "entry " + entry.id() + " is of a kind that this version does not know");
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

  private void answerReads() {
    while (!waiting.isEmpty() && waiting.getFirst().index() <= applied.index()) {
      long ticket = waiting.removeFirst().ticket();
      byte[] query = pending.query(ticket);
      if (query != null) {
        pending.settle(ticket, new Outcome.Done(applied, machine.query(query)));
      }
    }
  }
}
