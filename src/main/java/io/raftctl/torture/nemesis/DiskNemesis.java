package io.raftctl.torture.nemesis;

import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.observed.NodeProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// Breaks the disks of nodes in ways that end their processes, and starts these again.
final class DiskNemesis {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(5));
  private static final Duration MENDED = Duration.ofSeconds(30);
  private static final Duration FAILS = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 50;
  private static final int SYNCS_MAX = 50;
  private static final int FLIPS_MAX = 8;

  private final LocalCluster cluster;
  private final Victims victims;
  private final Gate gate;
  private final Random random;

  DiskNemesis(LocalCluster cluster, Victims victims, Gate gate, Random random) {
    this.cluster = cluster;
    this.victims = victims;
    this.gate = gate;
    this.random = random;
  }

  /// A sync that fails is the end of its process, if there are so many syncs before long.
  Deed fail() throws ClusterException, InterruptedException {
    List<String> ids = victims.minority();
    List<NodeProcess> those = ids.stream().map(it -> cluster.node(it).orElseThrow()).toList();
    for (NodeProcess node : those) {
      node.mayEnd();
      int at = 1 + random.nextInt(SYNCS_MAX);
      gate.pass(() -> node.machine().failSync(at));
    }
    victims.last();
    long deadline = System.nanoTime() + FAILS.toNanos();
    while (those.stream().anyMatch(it -> it.state() != NodeProcess.State.DOWN)
        && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
    }
    int failed = 0;
    for (NodeProcess node : those) {
      node.machine().heal();
      await(
          "node " + node.id() + " neither went on nor ended",
          () -> node.state() == NodeProcess.State.DOWN || wentOn(node));
      if (node.state() == NodeProcess.State.DOWN) {
        failed++;
        cluster.start(node);
      } else {
        node.mustStay();
      }
    }
    return new Deed("failed a sync of " + Victims.names(ids), failed);
  }

  private static boolean wentOn(NodeProcess node) {
    return node.machine().suffered().map(it -> it.syncsFailed() == 0).orElse(false);
  }

  /// One node at a time, and the next one only when this one has got back what it lost: an entry
  /// without an intact copy is no one's to bring back.
  Deed rot() throws ClusterException, InterruptedException {
    NodeProcess node = cluster.node(victims.minority().getFirst()).orElseThrow();
    cluster.stop(node);
    int flips = 1 + random.nextInt(FLIPS_MAX);
    int flipped;
    try {
      flipped = Rot.flip(node.description().data(), flips, random);
    } catch (IOException e) {
      throw ClusterException.local("cannot flip bits of node " + node.id() + ": " + e, "");
    }
    cluster.start(node);
    await(
        "node " + node.id() + " did not get back what its disk has lost",
        () -> PROBE.damage(node.address()).map(String::isEmpty).orElse(false));
    return new Deed("flipped bits of stopped " + node.id(), flipped);
  }

  private static void await(String otherwise, BooleanSupplier wanted)
      throws ClusterException, InterruptedException {
    long deadline = System.nanoTime() + MENDED.toNanos();
    while (!wanted.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw ClusterException.negative("within " + MENDED.toSeconds() + "s " + otherwise, "");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
