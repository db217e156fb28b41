package io.raftctl.node;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionMachine;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs committed entries on the state machine, in order and each once, and answers reads from it,
/// at once.
///
/// Owned by one thread: the loop's, or that of an [ApplierBeside].
public final class Applier implements Applying {
  private static final Reply NOTHING = Reply.ok("");

  private final SessionMachine machine;
  private final Answers pending;

  /// Reads whose index is not applied yet, lowest index first. A linearizable read never gets a
  /// lower index than one before it; what may be old waits for nothing, and so for no other read.
  private final Deque<Effects.ReadIndex> waiting = new ArrayDeque<>();

  private EntryId applied;

  /// The data of the latest configuration entry applied; empty where there was none.
  private byte[] configuration;

  /// @param recovered what the machine has by a snapshot
  public Applier(SessionMachine machine, Answers pending, NodeStorage.Recovered recovered) {
    this.machine = machine;
    this.pending = pending;
    this.applied = recovered.last();
    this.configuration = recovered.configuration();
  }

  @Override
  public EntryId applied() {
    return applied;
  }

  @Override
  public void state(Consumer<@Nullable AppliedState> taker) {
    taker.accept(machine.savable() ? state() : null);
  }

  /// What a snapshot of now has to hold.
  AppliedState state() {
    return new AppliedState(applied, configuration, machine.state());
  }

  @Override
  public void restore(AppliedState state) {
    if (state.last().index() <= applied.index()) {
      return; // It takes the place of entries that the disk has lost since they were applied.
    }
    machine.restore(state.state());
    applied = state.last();
    configuration = state.configuration();
    pending.skippedTo(applied.index());
    answerReads();
  }

  /// The machine has lost all behind `to`: the entries from there on come once more.
  void rewind(EntryId to, byte[] configurationThere) {
    applied = to;
    configuration = configurationThere;
  }

  @Override
  public void apply(List<Entry> committed) {
    for (Entry entry : committed) {
      assert entry.index() == applied.index() + 1 : entry.id() + " applied after " + applied;
      Outcome outcome =
          switch (entry.kind()) {
            case COMMAND -> apply(entry.id(), CommandEnvelope.decode(entry.data()));
            case NO_OP -> new Outcome.Done(entry.id(), NOTHING);
            case CONFIGURATION -> {
              configuration = entry.data();
              yield new Outcome.Done(entry.id(), NOTHING);
            }
          };
      applied = entry.id();
      pending.applied(entry, outcome);
    }
    answerReads();
  }

  private Outcome apply(EntryId id, SessionCommand command) {
    Fate fate = machine.apply(new Place(id.term(), id.index()), command);
    if (command instanceof SessionCommand.Cancel) {
      return new Outcome.Known(id, fate);
    }
    return switch (fate) {
      case Fate.Applied(Place first, Reply reply) ->
          new Outcome.Done(new EntryId(first.term(), first.index()), reply);
      case Fate.NotApplied() ->
          new Outcome.Unavailable("a command that it must follow is not applied yet");
      case Fate.Cancelled _, Fate.Forgotten _ -> new Outcome.Known(id, fate);
    };
  }

  @Override
  public void readable(List<Effects.ReadIndex> reads) {
    for (int last = reads.size() - 1; last >= 0; last--) {
      Effects.ReadIndex read = reads.get(last);
      if (read.index() <= applied.index()) {
        waiting.addFirst(read);
      }
    }
    for (Effects.ReadIndex read : reads) {
      if (read.index() > applied.index()) {
        waiting.addLast(read);
      }
    }
    answerReads();
  }

  private void answerReads() {
    while (!waiting.isEmpty() && waiting.getFirst().index() <= applied.index()) {
      long ticket = waiting.getFirst().ticket();
      Query query = pending.query(ticket);
      if (query != null) {
        pending.settle(ticket, answer(query));
      }
      waiting.removeFirst(); // Only now: a machine that is lost meanwhile is asked again.
    }
  }

  private Outcome answer(Query query) {
    return switch (query) {
      case Query.Confirmation() -> new Outcome.Done(applied, NOTHING);
      case Query.Command(byte[] command) -> new Outcome.Done(applied, machine.query(command));
      case Query.FateOf(RequestId id, long since) ->
          new Outcome.Known(applied, machine.fate(id, since));
    };
  }
}
