package io.raftctl.torture;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.torture.nemesis.Gate;
import io.raftctl.torture.nemesis.Nemesis;
import io.raftctl.torture.nemesis.ProcessNemesis;
import java.util.Random;

/// A cluster that ran before and goes on after: its nodes are started and mended in the end, and
/// the keys of the run are deleted.
public final class GivenGround implements LocalGround {
  private final LocalCluster cluster;
  private final String prefix;
  private final Gate gate = new Gate();
  private final Thread atExit = new Thread(this::mendQuietly, "mend");
  private volatile boolean ending;

  /// @param cluster runs detached
  /// @param run tells the keys of this run from those of any other one
  public GivenGround(LocalCluster cluster, String run) {
    this.cluster = cluster;
    this.prefix = "torture-" + run + "-";
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  @Override
  public LocalCluster cluster() {
    return cluster;
  }

  @Override
  public Endpoints endpoints() {
    return Endpoints.parse(String.join(",", cluster.endpoints()), "torture");
  }

  @Override
  public String prefix() {
    return prefix;
  }

  @Override
  public boolean ending() {
    return ending;
  }

  @Override
  public Nemesis nemesis(Random random) {
    return new ProcessNemesis(cluster, endpoints(), prefix, gate, random);
  }

  @Override
  public Evidence keep() {
    return Evidence.in(cluster.description().directory());
  }

  @Override
  public void close() throws ClusterException {
    if (ending) {
      return; // The other thread does it, and no hook can be taken back any more.
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    mend();
    RunKeys.clear(endpoints(), prefix);
  }

  private void mendQuietly() {
    ending = true;
    try {
      mend();
    } catch (ClusterException e) {
      // The process is about to end. 'raftctl local-cluster attach' shows what is down.
    }
  }

  private void mend() throws ClusterException {
    gate.close();
    for (NodeProcess node : cluster.nodes()) {
      if (node.state() == NodeProcess.State.PAUSED) {
        node.resume();
      }
      if (node.state() == NodeProcess.State.DOWN) {
        cluster.start(node);
      }
      node.machine().heal();
    }
    cluster.links().heal();
  }
}
