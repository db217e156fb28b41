package io.raftctl.node;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.raft.Entry;
import io.raftctl.raft.Input;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A running node as the servers see it. All methods may be called by any thread and none waits.
public interface Node extends AutoCloseable {
  /// Proposes a command, or to cancel one; `done` hears its outcome exactly once, on a thread of
  /// the node, and must not wait there.
  ///
  /// @param timeout after which the outcome is [Outcome.Indeterminate], or [Outcome.Unavailable]
  ///   where the command never entered the log
  void submit(SessionCommand command, Duration timeout, Consumer<? super Outcome> done);

  /// Reads (thesis §6.4); `done` as in [#submit].
  void read(
      byte[] command, Consistency consistency, Duration timeout, Consumer<? super Outcome> done);

  /// Hands the leadership over, if this node has it; `done` as in [#submit], and
  /// [Outcome.Done#reply] names who was to lead.
  ///
  /// @param target who is to lead, or null for the best prepared peer
  void transfer(@Nullable NodeId target, Duration timeout, Consumer<? super Outcome> done);

  /// Changes the members, if this node leads; `done` as in [#submit], once the change is committed.
  ///
  /// @param before what the members are as far as the caller knows
  void change(
      Configuration before, Change change, Duration timeout, Consumer<? super Outcome> done);

  /// Gives the state once it holds all that was committed before this call (as a read is confirmed,
  /// thesis §6.4). It may be written at leisure.
  ///
  /// @param done hears the state, on a thread of the node, and must not wait there
  /// @param failed hears instead why there is none
  void state(
      Duration timeout, Consumer<? super AppliedState> done, Consumer<? super Outcome> failed);

  /// Asks linearizably what became of a request; `done` as in [#submit], with an [Outcome.Known].
  ///
  /// @param since the request's own, or 0 where it is not known
  void ask(RequestId id, long since, Duration timeout, Consumer<? super Outcome> done);

  /// Takes a message from a peer; a full inbox drops it.
  void receive(Input.Received message);

  NodeStatus status();

  NodeCounters counters();

  /// Committed entries from `from` on, at least one if there is one, about a megabyte at most. None
  /// where the log begins later: [NodeStatus#firstIndex()].
  ///
  /// @throws DamagedEntryException where the disk has lost the first of them
  List<Entry> committed(long from);

  /// Stops taking turns and closes the log; commands under way end as indeterminate.
  @Override
  void close();
}
