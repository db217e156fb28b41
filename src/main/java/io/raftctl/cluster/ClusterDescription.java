package io.raftctl.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A local cluster, as `cluster.json` in its directory tells it to other processes.
///
/// @param name what the user calls it
/// @param cluster the cluster id that its nodes check: the name and a random part, so that clusters
///   on ports that were used before never mix
/// @param directory where everything of it lies
/// @param supervisor the process whose end ends the nodes; null if detached, or if nothing runs
/// @param detached true if the nodes outlive the process that started them
/// @param ephemeral true if the directory goes when the nodes do
public record ClusterDescription(
    String name,
    String cluster,
    Path directory,
    @Nullable ProcessIdentity supervisor,
    boolean detached,
    boolean ephemeral,
    List<NodeDescription> nodes) {
  /// What a glance at the processes says.
  public enum State {
    /// A process at the prompt, or in a script, holds it.
    SUPERVISED,
    DETACHED,
    STOPPED;

    public String word() {
      return switch (this) {
        case SUPERVISED -> "running";
        case DETACHED -> "detached";
        case STOPPED -> "stopped";
      };
    }
  }

  public ClusterDescription {
    nodes = List.copyOf(nodes);
  }

  public State state() {
    if (supervisor != null && supervisor.alive()) {
      return State.SUPERVISED;
    }
    boolean anyNode = nodes.stream().anyMatch(NodeDescription::running);
    return detached && anyNode ? State.DETACHED : State.STOPPED;
  }

  /// The nodes' addresses, in the form that `--endpoints` takes.
  public String endpoints() {
    return nodes.stream().map(NodeDescription::address).collect(Collectors.joining(","));
  }

  ClusterDescription withNodes(List<NodeDescription> changed) {
    return new ClusterDescription(
        name, cluster, directory, supervisor, detached, ephemeral, changed);
  }

  /// The same cluster, whose directory stays.
  ClusterDescription kept() {
    return new ClusterDescription(name, cluster, directory, supervisor, detached, false, nodes);
  }

  /// The same cluster with nothing running.
  ClusterDescription stopped() {
    List<NodeDescription> down = nodes.stream().map(node -> node.withProcess(null)).toList();
    return new ClusterDescription(name, cluster, directory, null, false, ephemeral, down);
  }
}
