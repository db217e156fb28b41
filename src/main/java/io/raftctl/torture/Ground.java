package io.raftctl.torture;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import java.nio.file.Path;

/// The cluster that is broken. Closed, it is as it was before, or gone.
public interface Ground extends AutoCloseable {
  LocalCluster cluster();

  Endpoints endpoints();

  /// Begins the keys of this run, which nobody else may use.
  String prefix();

  /// Whether this process was told to end. Then nothing that the nodes do means anything.
  boolean ending();

  /// Lets the data and logs stay, for those who want to know what happened.
  ///
  /// @return where they are
  Path keep() throws ClusterException;

  @Override
  void close() throws ClusterException;
}
