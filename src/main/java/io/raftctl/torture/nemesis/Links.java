package io.raftctl.torture.nemesis;

import io.raftctl.cluster.ClusterException;
import java.util.List;

/// The links between nodes, by their ids.
interface Links {
  /// Cuts the way from each of these nodes to each of those.
  void cut(List<String> from, List<String> to) throws ClusterException;

  /// Heals all that was cut here.
  void heal() throws ClusterException;

  /// How many messages between nodes were dropped so far because their link was cut.
  long dropped();
}
