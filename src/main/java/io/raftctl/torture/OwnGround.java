package io.raftctl.torture;

import io.raftctl.benchmark.ThrowAway;
import io.raftctl.benchmark.ThrowAwayCluster;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.torture.nemesis.Gate;
import io.raftctl.torture.nemesis.Nemesis;
import io.raftctl.torture.nemesis.ProcessNemesis;
import java.util.Random;

/// A cluster that is started for a run and removed after it.
public final class OwnGround implements LocalGround {
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
  public Nemesis nemesis(Random random) {
    return new ProcessNemesis(cluster(), endpoints(), prefix(), new Gate(), random);
  }

  @Override
  public Evidence keep() throws ClusterException {
    return Evidence.in(own.keep());
  }

  @Override
  public void close() throws ClusterException {
    own.close();
  }
}
