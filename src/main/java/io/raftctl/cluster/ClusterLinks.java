package io.raftctl.cluster;

import io.raftctl.cluster.observed.NodeProbe;
import io.raftctl.cluster.observed.Together;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// The links between the nodes of a local cluster, to be cut and mended. Nodes that do not run
/// cannot be told, and need not be: a restart heals.
public final class ClusterLinks {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(2));

  private final LocalCluster cluster;

  ClusterLinks(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /// Cuts both directions of every link between nodes of different groups and heals all others.
  ///
  /// Both ends are told, so that the cut outlives the restart of one of them.
  public void partition(List<? extends List<String>> groups) throws ClusterException {
    heal();
    for (List<String> group : groups) {
      List<String> others = new ArrayList<>();
      groups.stream().filter(other -> !other.equals(group)).forEach(others::addAll);
      for (String inside : group) {
        NodeProcess node = cluster.node(inside).orElseThrow();
        for (String outside : others) {
          change(node, () -> PROBE.block(node.address(), inside, outside));
          change(node, () -> PROBE.block(node.address(), outside, inside));
        }
      }
    }
  }

  /// Cuts the way from each of these nodes to each of those.
  public void cut(List<String> from, List<String> to) throws ClusterException {
    for (String sender : from) {
      NodeProcess node = cluster.node(sender).orElseThrow();
      for (String receiver : to) {
        change(node, () -> PROBE.block(node.address(), sender, receiver));
      }
    }
  }

  /// Heals every link at every node that runs.
  public void heal() throws ClusterException {
    for (NodeProcess node : cluster.nodes()) {
      change(node, () -> PROBE.unblock(node.address()));
    }
  }

  /// How many messages between nodes were dropped so far because their link was cut, at the nodes
  /// that run.
  public long dropped() {
    List<Callable<Long>> questions = new ArrayList<>();
    for (NodeProcess node : cluster.nodes()) {
      if (node.state() == NodeProcess.State.RUNNING) {
        questions.add(() -> PROBE.droppedByFault(node.address()).orElse(0));
      }
    }
    return Together.run(questions).stream().mapToLong(Long::longValue).sum();
  }

  private interface Change {
    void make() throws IOException;
  }

  private static void change(NodeProcess node, Change change) throws ClusterException {
    if (node.state() != NodeProcess.State.RUNNING) {
      return;
    }
    try {
      change.make();
    } catch (IOException e) {
      throw ClusterException.unavailable(
          "node " + node.id() + " does not take the change: " + e.getMessage(), "");
    }
  }
}
