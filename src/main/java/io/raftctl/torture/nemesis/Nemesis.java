package io.raftctl.torture.nemesis;

import io.raftctl.cluster.ClusterException;

/// Breaks nodes, and mends them: when a deed is done, all is well again but for what the cluster
/// itself has to catch up with.
@FunctionalInterface
public interface Nemesis {
  Deed strike(Fault fault) throws ClusterException, InterruptedException;
}
