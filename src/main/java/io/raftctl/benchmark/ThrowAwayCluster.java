package io.raftctl.benchmark;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.ProcessIdentity;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A cluster of this process's own; it ends with it, at the latest.
public final class ThrowAwayCluster implements AutoCloseable {
  private static final Duration SETTLED_TIMEOUT = Duration.ofSeconds(30);

  private final LocalCluster cluster;
  private final Thread atExit = new Thread(this::endQuietly, "end of cluster");
  private volatile boolean ending;

  ThrowAwayCluster(LocalCluster cluster) {
    this.cluster = cluster;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  public Endpoints endpoints() {
    return Endpoints.parse(String.join(",", cluster.endpoints()), "bench");
  }

  /// What each node's process has used so far, by the node's id.
  public Map<String, Duration> cpu() {
    Map<String, Duration> cpu = new TreeMap<>();
    for (NodeDescription node : cluster.description().nodes()) {
      ProcessIdentity process = node.process();
      if (process != null) {
        cpu.put(node.id(), CpuTime.of(process.pid()));
      }
    }
    return cpu;
  }

  public Duration cpuOfAll() {
    return cpu().values().stream().reduce(Duration.ZERO, Duration::plus);
  }

  /// Waits until all nodes follow one leader and have all that it has.
  public NodeProcess awaitSettled() throws ClusterException {
    List<String> nodes = cluster.ids();
    Observation view = cluster.await(it -> it.converged(nodes), SETTLED_TIMEOUT);
    return view.leader()
        .map(NodeReport::id)
        .flatMap(cluster::node)
        .orElseThrow(() -> ClusterException.unavailable("the cluster finds no leader", ""));
  }

  public LocalCluster cluster() {
    return cluster;
  }

  /// Whether this process was told to end. Then the cluster ends too, and nothing that its nodes do
  /// means anything.
  public boolean ending() {
    return ending;
  }

  /// Lets the directory stay when the cluster ends, for those who want to know what happened.
  public Path keep() throws ClusterException {
    cluster.keep();
    return cluster.description().directory();
  }

  @Override
  public void close() throws ClusterException {
    if (ending) {
      return; // The other thread does it, and no hook can be taken back any more.
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    cluster.close();
  }

  private void endQuietly() {
    ending = true;
    try {
      cluster.close();
    } catch (ClusterException e) {
      // The process is about to end, and with it the pipes that the nodes live on.
    }
  }
}
