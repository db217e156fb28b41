package io.raftctl.node;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.Fate;
import org.jspecify.annotations.Nullable;

/// What became of a command or a read, named for what the client may conclude.
public sealed interface Outcome {
  /// Committed and applied; for a read: answered, and `id` is what the answer rests on. A command
  /// that was applied before is answered as it was then: the place and the reply are the first
  /// ones.
  record Done(EntryId id, Reply reply) implements Outcome {}

  /// What the replicated sessions know of a request: the answer to who asked for it or cancelled
  /// it, and to a command that they did not let run ([Fate.Cancelled] or [Fate.Forgotten]).
  ///
  /// @param asOf the entry up to which that is so
  record Known(EntryId asOf, Fate fate) implements Outcome {}

  /// Certainly not accepted: this node does not lead.
  ///
  /// @param leader who does, as far as this node knows, or null
  record NotLeader(@Nullable NodeId leader) implements Outcome {}

  /// Certainly not applied, and a retry is safe.
  ///
  /// @param reason one line for a person
  record Unavailable(String reason) implements Outcome {}

  /// Certainly not done, and no retry will help while things are as they are.
  ///
  /// @param reason one line for a person
  /// @param hint what to do next
  record Denied(String reason, String hint) implements Outcome {}

  /// It stands in a log and may yet be committed, or may not.
  ///
  /// @param reason one line for a person
  record Indeterminate(String reason) implements Outcome {}
}
