package io.raftctl.torture;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Session;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;

/// A cluster that ran before and goes on after: its nodes are started and mended in the end, and
/// the keys of the run are deleted.
public final class GivenGround implements Ground {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final LocalCluster cluster;
  private final String prefix;
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
  public Path keep() {
    return cluster.description().directory();
  }

  @Override
  public void close() throws ClusterException {
    if (ending) {
      return; // The other thread does it, and no hook can be taken back any more.
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    mend();
    clear();
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
    for (NodeProcess node : cluster.nodes()) {
      if (node.state() == NodeProcess.State.PAUSED) {
        node.resume();
      }
      if (node.state() == NodeProcess.State.DOWN) {
        cluster.start(node);
      }
      cluster.machines().heal(node);
    }
    cluster.links().heal();
  }

  /// As far as they can be: what stays is only in the way.
  private void clear() {
    ClusterClient client = new ClusterClient(endpoints(), TIMEOUT, new Session());
    if (client.read("keys " + prefix) instanceof Outcome.Done keys && keys.ok()) {
      keys.reply().lines().forEach(key -> client.submit("del " + key));
    }
  }
}
