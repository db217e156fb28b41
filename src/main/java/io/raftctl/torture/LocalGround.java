package io.raftctl.torture;

import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.observed.Observation;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A cluster whose nodes are processes of this machine, which can be ended and started.
interface LocalGround extends Ground {
  LocalCluster cluster();

  @Override
  default SortedMap<String, String> nodes() {
    SortedMap<String, String> nodes = new TreeMap<>();
    cluster().nodes().forEach(node -> nodes.put(node.id(), node.address()));
    return nodes;
  }

  @Override
  default Observation observe() {
    return cluster().observe();
  }

  /// Nobody but this run uses the cluster, so in the end all logs are alike.
  @Override
  default boolean agree(Duration atMost, BooleanSupplier over) throws ClusterException {
    List<String> nodes = cluster().ids();
    return cluster()
        .await(view -> view.converged(nodes) || over.getAsBoolean(), atMost)
        .converged(nodes);
  }

  @Override
  default void onUnexpectedEnd(Consumer<String> listener) {
    cluster()
        .onUnexpectedEndOfNode(
            (node, code) ->
                listener.accept(
                    "node "
                        + node.id()
                        + " ended by itself"
                        + (code.isPresent() ? " with exit code " + code.getAsInt() : "")));
  }
}
