package io.raftctl.node;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.statemachine.Reply;
import org.jspecify.annotations.Nullable;

/// What became of a command or a read, named for what the client may conclude.
public sealed interface Outcome {
  /// Committed and applied; for a read: answered, and `id` is what the answer rests on.
  record Done(EntryId id, Reply reply) implements Outcome {}

  /// Certainly not accepted: this node does not lead.
  ///
  /// @param leader who does, as far as this node knows, or null
  record NotLeader(@Nullable NodeId leader) implements Outcome {}

  /// Certainly not applied, and a retry is safe.
  ///
  /// @param reason one line for a person
  record Unavailable(String reason) implements Outcome {}

  /// It stands in a log and may yet be committed, or may not.
  ///
  /// @param reason one line for a person
  record Indeterminate(String reason) implements Outcome {}
}
