package io.raftctl.simulation.fault;

/// What is not left to the seed: the size of the world.
///
/// @param nodes how many make the cluster, or 0: the seed draws it
public record Choice(int nodes) {
  /// The seed draws all.
  public static final Choice NONE = new Choice(0);

  public static final int NODES_MAX = 7;

  public Choice {
    if (nodes < 0 || nodes > NODES_MAX) {
      throw new IllegalArgumentException("a cluster of " + nodes + " nodes");
    }
  }

  /// As it stands on a command line behind other words, with a blank before it.
  public String words() {
    return nodes > 0 ? " --nodes " + nodes : "";
  }
}
