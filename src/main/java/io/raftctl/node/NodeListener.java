package io.raftctl.node;

/// Hears what an operator should see of a node. Called by the node's threads; must not wait.
public interface NodeListener {
  /// A change of role, term or leader, as one line.
  void changed(String line);

  /// The node stopped for good, because its disk failed or an invariant broke: it must not go on,
  /// and the process should end.
  ///
  /// @param reason one line
  void halted(String reason, Throwable cause);
}
