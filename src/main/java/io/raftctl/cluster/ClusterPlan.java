package io.raftctl.cluster;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/// What the user asked for.
///
/// @param nodes how many; where it is not said, as many as the directory already has, else three
/// @param basePort the first port; where it is not said, the one used before or a free one
/// @param ephemeral the directory goes when the nodes do
/// @param detached the nodes outlive this process
public record ClusterPlan(
    String name,
    ClusterDirectory directory,
    OptionalInt nodes,
    OptionalInt basePort,
    boolean ephemeral,
    boolean detached) {
  /// More of them teach nothing and crowd a laptop.
  public static final int NODES_MAX = 9;

  static final int NODES_DEFAULT = 3;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

  /// The same in another directory.
  public ClusterPlan in(ClusterDirectory elsewhere) {
    return new ClusterPlan(name, elsewhere, nodes, basePort, ephemeral, detached);
  }

  /// Refuses what cannot work, before anything is touched.
  public void check() throws ClusterException {
    if (!NAME.matcher(name).matches()) {
      throw ClusterException.usage(
          "'" + name + "' cannot name a cluster",
          "use up to 40 letters, digits, dots, dashes and underscores");
    }
    if (nodes.isPresent() && (nodes.getAsInt() < 1 || nodes.getAsInt() > NODES_MAX)) {
      throw ClusterException.usage(
          "a local cluster has 1 to " + NODES_MAX + " nodes, not " + nodes.getAsInt(), "");
    }
    int count = nodes.orElse(NODES_DEFAULT);
    if (basePort.isPresent() && !new Ports(basePort.getAsInt(), count).valid()) {
      throw ClusterException.usage(
          "--base-port " + basePort.getAsInt() + " leaves no room for the ports of the nodes",
          "they are the base and the next ones, and those plus 1000");
    }
  }
}
