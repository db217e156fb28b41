package io.raftctl.torture.nemesis;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Session;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.ClusterMachines;
import io.raftctl.cluster.ClusterMachines.Suffered;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;

/// Breaks disks and clocks.
final class MachineNemesis {
  private static final Duration MENDED = Duration.ofSeconds(30);
  private static final Duration FAILS = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 50;
  private static final int SLOW_MILLIS_MIN = 50;
  private static final int SLOW_MILLIS_MAX = 1000;
  private static final int SYNCS_MAX = 50;
  private static final int FLIPS_MAX = 8;
  private static final int JUMP_MILLIS_MAX = 60_000;

  /// Enough that a snapshot is due, which needs room.
  private static final int FILLERS = 8;

  private static final String FILLER = "put torture-filler " + "x".repeat(64 << 10);

  private final LocalCluster cluster;
  private final ClusterMachines machines;
  private final ClusterClient client;
  private final Victims victims;
  private final Random random;

  MachineNemesis(LocalCluster cluster, Endpoints endpoints, Victims victims, Random random) {
    this.cluster = cluster;
    this.machines = cluster.machines();
    this.client = new ClusterClient(endpoints, Duration.ofSeconds(5), new Session());
    this.victims = victims;
    this.random = random;
  }

  Deed disk() throws ClusterException, InterruptedException {
    return switch (random.nextInt(4)) {
      case 0 -> slow();
      case 1 -> full();
      case 2 -> fail();
      default -> rot();
    };
  }

  private Deed slow() throws ClusterException, InterruptedException {
    List<NodeProcess> those = victims.minority();
    Duration by = Duration.ofMillis(random.nextInt(SLOW_MILLIS_MIN, SLOW_MILLIS_MAX));
    long before = sum(those, Suffered::syncsSlowed);
    for (NodeProcess node : those) {
      machines.slowSync(node, by);
    }
    victims.last();
    those.forEach(machines::heal);
    long slowed = sum(those, Suffered::syncsSlowed) - before;
    return new Deed(
        "slowed syncs of %s by %d ms".formatted(Victims.names(those), by.toMillis()), slowed);
  }

  private Deed full() throws ClusterException, InterruptedException {
    List<NodeProcess> those = victims.minority();
    long before = sum(those, Suffered::writesRefused);
    for (NodeProcess node : those) {
      machines.fillDisk(node);
    }
    for (int i = 0; i < FILLERS; i++) {
      var _ = client.submit(FILLER); // Nobody counts on it.
    }
    victims.last();
    those.forEach(machines::heal);
    long refused = sum(those, Suffered::writesRefused) - before;
    return new Deed("filled the disk of " + Victims.names(those), refused);
  }

  /// A sync that fails is the end of its process, if there are so many syncs before long.
  private Deed fail() throws ClusterException, InterruptedException {
    List<NodeProcess> those = victims.minority();
    for (NodeProcess node : those) {
      node.mayEnd();
      machines.failSync(node, 1 + random.nextInt(SYNCS_MAX));
    }
    victims.last();
    long deadline = System.nanoTime() + FAILS.toNanos();
    while (those.stream().anyMatch(it -> it.state() != NodeProcess.State.DOWN)
        && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
    }
    int failed = 0;
    for (NodeProcess node : those) {
      machines.heal(node);
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
    return new Deed("failed a sync of " + Victims.names(those), failed);
  }

  private boolean wentOn(NodeProcess node) {
    return machines.suffered(node).map(it -> it.syncsFailed() == 0).orElse(false);
  }

  /// One node at a time, and the next one only when this one has got back what it lost: an entry
  /// without an intact copy is no one's to bring back.
  private Deed rot() throws ClusterException, InterruptedException {
    NodeProcess node = victims.minority().getFirst();
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
        () -> machines.damage(node).map(String::isEmpty).orElse(false));
    return new Deed("flipped bits of stopped " + node.id(), flipped);
  }

  Deed clock() throws ClusterException, InterruptedException {
    List<NodeProcess> those = victims.minority();
    long before = sum(those, Suffered::clockReadWrong);
    String deed;
    if (random.nextBoolean()) {
      Duration by = Duration.ofMillis(1 + random.nextInt(JUMP_MILLIS_MAX));
      for (NodeProcess node : those) {
        machines.jumpClock(node, by);
      }
      deed = "let the clock of %s jump by %d ms".formatted(Victims.names(those), by.toMillis());
    } else {
      double rate =
          random.nextBoolean()
              ? 0.25 + random.nextInt(50) / 100.0
              : 1.5 + random.nextInt(30) / 10.0;
      for (NodeProcess node : those) {
        machines.driftClock(node, rate);
      }
      deed = "let the clock of %s run at %.2f".formatted(Victims.names(those), rate);
    }
    victims.last();
    those.forEach(machines::heal);
    return new Deed(deed, sum(those, Suffered::clockReadWrong) - before);
  }

  private long sum(List<NodeProcess> nodes, ToLongFunction<Suffered> what) {
    return nodes.stream()
        .mapToLong(it -> machines.suffered(it).map(what::applyAsLong).orElse(0L))
        .sum();
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
