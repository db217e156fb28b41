package io.raftctl.scenario;

import io.raftctl.cluster.ClusterException;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.SimulatedStage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/// Turns what a script calls a node into nodes: an id, `leader`, `follower` (one of them), `all`.
record Cast(SimulatedStage stage) {
  /// An election is over by then.
  private static final long PATIENCE_MICROS = 2_000_000;

  /// Each node once, in the order in which it was first named.
  List<NodeId> nodes(List<String> words) throws ClusterException {
    LinkedHashSet<NodeId> chosen = new LinkedHashSet<>();
    for (String word : words) {
      switch (word) {
        case "all" -> chosen.addAll(cluster());
        case "leader" -> chosen.add(leader());
        case "follower" -> chosen.add(follower());
        default -> chosen.add(byId(word));
      }
    }
    return new ArrayList<>(chosen);
  }

  NodeId node(String word) throws ClusterException {
    List<NodeId> nodes = nodes(List.of(word));
    if (nodes.size() != 1) {
      throw ClusterException.usage("'" + word + "' is not one node", "NODE is an id or leader");
    }
    return nodes.getFirst();
  }

  /// All that run, or have run.
  List<NodeId> cluster() {
    return stage.begun();
  }

  NodeId leader() throws ClusterException {
    stage.passUntil(() -> stage.leader().isPresent(), PATIENCE_MICROS);
    return stage
        .leader()
        .orElseThrow(() -> ClusterException.unavailable("there is no leader", "try: wait leader"));
  }

  private NodeId follower() throws ClusterException {
    return cluster().stream()
        .filter(id -> stage.state(id).role().equals("follower"))
        .findFirst()
        .orElseThrow(() -> ClusterException.unavailable("there is no follower", ""));
  }

  private NodeId byId(String word) throws ClusterException {
    return stage.nodes().stream()
        .filter(id -> id.value().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                ClusterException.usage(
                    "no node " + word,
                    "the nodes are "
                        + cluster().stream().map(NodeId::value).collect(Collectors.joining(", "))));
  }
}
