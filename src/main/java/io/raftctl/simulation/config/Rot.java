package io.raftctl.simulation.config;

/// Which entries rot on the disk of a node whose power fails.
public enum Rot {
  NONE,

  /// Those that another node holds whole: the cluster must recover.
  SPARED,

  /// Any: where nobody holds an entry whole any more, the cluster must stay away from wrong
  /// answers, and need not have others.
  ANY
}
