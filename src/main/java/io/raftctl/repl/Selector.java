package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.observed.NodeReport;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Turns what a user calls a node into nodes: an id, `leader`, `follower` (one of them), `all`.
final class Selector {
  static final List<String> NAMES = List.of("leader", "follower", "all");

  // An election is over by then, and a node under load has answered.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final LocalCluster cluster;

  Selector(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /// Each node once, in the order in which it was first named.
  List<NodeProcess> nodes(List<String> words) throws ClusterException {
    Set<NodeProcess> chosen = new LinkedHashSet<>();
    for (String word : words) {
      switch (word) {
        case "all" -> chosen.addAll(cluster.nodes());
        case "leader" -> chosen.add(leader());
        case "follower" -> chosen.add(follower());
        default -> chosen.add(byId(word));
      }
    }
    return List.copyOf(chosen);
  }

  /// The ids that a word stands for; a word that is no selector stands for itself.
  List<String> ids(String word) throws ClusterException {
    return NAMES.contains(word)
        ? nodes(List.of(word)).stream().map(NodeProcess::id).toList()
        : List.of(word);
  }

  private NodeProcess leader() throws ClusterException {
    NodeReport leader =
        cluster
            .await(view -> view.leader().isPresent(), PATIENCE)
            .leader()
            .orElseThrow(
                () -> ClusterException.unavailable("there is no leader", "try: wait leader"));
    return byId(leader.id());
  }

  private NodeProcess follower() throws ClusterException {
    String id =
        cluster.observe().answers().stream()
            .filter(node -> node.role().equals("follower") && !node.blocked())
            .map(NodeReport::id)
            .findFirst()
            .orElseThrow(
                () -> ClusterException.unavailable("there is no follower that answers", ""));
    return byId(id);
  }

  private NodeProcess byId(String id) throws ClusterException {
    return cluster
        .node(id)
        .orElseThrow(
            () ->
                ClusterException.usage(
                    "no node " + id,
                    "the nodes are "
                        + cluster.nodes().stream()
                            .map(NodeProcess::id)
                            .collect(Collectors.joining(", "))));
  }
}
