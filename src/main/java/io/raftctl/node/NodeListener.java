package io.raftctl.node;

import io.raftctl.raft.members.Configuration;

/// Hears what an operator should see of a node. Called by the node's threads; must not wait.
public interface NodeListener {
  /// The node begins, under this incarnation. Called once, before its first message leaves.
  void begins(long incarnation);

  /// A change of role, term or leader, as one line.
  void changed(String line);

  /// Who belongs to the cluster by the last word of the node's log: at its start, and whenever that
  /// changes.
  void membersChanged(Configuration members);

  /// The node's role is another one, or the members are, by the last word of its log or by what is
  /// committed. Its status says so already.
  void rolesChanged();

  /// The node stopped for good, because its disk failed or an invariant broke: it must not go on,
  /// and the process should end.
  ///
  /// @param reason one line
  void halted(String reason, Throwable cause);
}
