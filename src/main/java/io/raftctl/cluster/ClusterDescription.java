package io.raftctl.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
/// @param founders who belonged to the cluster when it began and where, in the form that `--peers`
///   takes, once the members have changed; empty as long as they are the nodes. Their addresses
///   stand in the cluster's log then, so that all nodes stay at their ports
public record ClusterDescription(
    String name,
    String cluster,
    Path directory,
    @Nullable ProcessIdentity supervisor,
    boolean detached,
    boolean ephemeral,
    String founders,
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

  /// Whether the members are others than those that it began with, or have been.
  public boolean changed() {
    return !founders.isEmpty();
  }

  Optional<NodeDescription> node(String id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /// What a node has to be told at its start to find the others.
  ///
  /// Those who began the cluster are told of that beginning for ever: one whose log holds nothing
  /// yet must not take the members of today for those of then. All others join.
  List<String> seat(String id) {
    String beginning = changed() ? founders : peers();
    if (("," + beginning).contains("," + id + "=")) {
      return List.of("--peers", beginning);
    }
    String others =
        nodes.stream()
            .filter(node -> !node.id().equals(id))
            .map(NodeDescription::address)
            .collect(Collectors.joining(","));
    // Alone it asks itself, and waits: it must never begin a cluster of its own.
    String alone = node(id).map(NodeDescription::address).orElse("");
    return List.of("--join", others.isEmpty() ? alone : others);
  }

  /// Where the block of ports of the cluster begins.
  OptionalInt basePort() {
    return (changed()
            ? Stream.of(founders.split(","))
            : nodes.stream().map(NodeDescription::address))
        .mapToInt(NodeDescription::port)
        .min();
  }

  private String peers() {
    return nodes.stream()
        .map(node -> node.id() + "=" + node.address())
        .collect(Collectors.joining(","));
  }

  /// The same cluster, whose members have changed or are about to.
  ClusterDescription changing() {
    return changed() ? this : begunBy(peers());
  }

  ClusterDescription begunBy(String others) {
    return with(detached, ephemeral, others, nodes);
  }

  /// The same cluster with one node more, or another one under its id.
  ClusterDescription with(NodeDescription newcomer) {
    List<NodeDescription> others = new ArrayList<>(without(newcomer.id()).nodes());
    others.add(newcomer);
    return withNodes(others);
  }

  ClusterDescription without(String id) {
    return withNodes(nodes.stream().filter(node -> !node.id().equals(id)).toList());
  }

  ClusterDescription withNodes(List<NodeDescription> others) {
    return with(detached, ephemeral, founders, others);
  }

  /// The same cluster, whose directory stays.
  ClusterDescription kept() {
    return with(detached, false, founders, nodes);
  }

  private ClusterDescription with(
      boolean apart, boolean fleeting, String beginning, List<NodeDescription> others) {
    return new ClusterDescription(
        name, cluster, directory, supervisor, apart, fleeting, beginning, others);
  }

  /// The same cluster without anybody who holds it.
  ClusterDescription left() {
    return new ClusterDescription(name, cluster, directory, null, true, ephemeral, founders, nodes);
  }

  /// The same cluster with nothing running.
  ClusterDescription stopped() {
    List<NodeDescription> down = nodes.stream().map(node -> node.withProcess(null)).toList();
    return new ClusterDescription(name, cluster, directory, null, false, ephemeral, founders, down);
  }
}
