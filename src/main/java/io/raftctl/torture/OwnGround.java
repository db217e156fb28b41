package io.raftctl.torture;

import io.raftctl.benchmark.ThrowAway;
import io.raftctl.benchmark.ThrowAwayCluster;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import java.nio.file.Path;

/// A cluster that is started for a run and removed after it.
public final class OwnGround implements Ground {
  private final ThrowAwayCluster own;

  private OwnGround(ThrowAwayCluster own) {
    this.own = own;
  }

  /// @throws ClusterException where it cannot be started
  public static OwnGround start(ThrowAway throwAway) throws ClusterException {
    return new OwnGround(throwAway.start());
  }

  @Override
  public LocalCluster cluster() {
    return own.cluster();
  }

  @Override
  public Endpoints endpoints() {
    return own.endpoints();
  }

  @Override
  public String prefix() {
    return "torture-";
  }

  @Override
  public boolean ending() {
    return own.ending();
  }

  @Override
  public Path keep() throws ClusterException {
    return own.keep();
  }

  @Override
  public void close() throws ClusterException {
    own.close();
  }
}
