package io.raftctl.torture;

import io.raftctl.linearizability.History;

/// Hears of a run while it goes on.
public interface Listener {
  /// A round that kept every promise.
  void round(Round round);

  /// What clients asked and heard in a round, whatever its end, and what was done to the nodes.
  void history(History history);
}
