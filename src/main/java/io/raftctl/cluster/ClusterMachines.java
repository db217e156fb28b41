package io.raftctl.cluster;

import com.grack.nanojson.JsonObject;
import io.raftctl.cluster.observed.NodeProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// What the disks and the clocks of the nodes of a local cluster suffer. A restart heals it.
public final class ClusterMachines {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(5));

  /// How often something took hold at a node since it started.
  ///
  /// @param clockReadWrong how often its clock was read while it ran wrong, and how often it jumped
  public record Suffered(
      long syncsFailed, long syncsSlowed, long writesRefused, long clockReadWrong) {}

  ClusterMachines() {}

  /// Every sync takes longer by this.
  public void slowSync(NodeProcess node, Duration by) throws ClusterException {
    ask(node, "/disk?slowSyncMillis=" + by.toMillis());
  }

  /// Nothing on the disk may grow.
  public void fillDisk(NodeProcess node) throws ClusterException {
    ask(node, "/disk?full=true");
  }

  /// A sync fails, and the node ends.
  ///
  /// @param at which one from now on: 1 is the next one
  public void failSync(NodeProcess node, long at) throws ClusterException {
    ask(node, "/disk?failSyncAt=" + at);
  }

  /// The clock jumps ahead.
  public void jumpClock(NodeProcess node, Duration by) throws ClusterException {
    ask(node, "/clock?jumpMillis=" + by.toMillis());
  }

  /// The clock runs wrong from now on.
  ///
  /// @param rate seconds of it a second
  public void driftClock(NodeProcess node, double rate) throws ClusterException {
    ask(node, "/clock?rate=" + rate);
  }

  /// Disk and clock are well again, if the node answers.
  public void heal(NodeProcess node) {
    for (String route : new String[] {"/disk?heal=true", "/clock?heal=true"}) {
      try {
        PROBE.machine(http(node), route);
      } catch (IOException e) {
        // It is down, or about to be, and a restart heals.
      }
    }
  }

  /// Nothing where the node does not answer.
  public Optional<Suffered> suffered(NodeProcess node) {
    try {
      JsonObject disk = PROBE.machine(http(node), "/disk");
      JsonObject clock = PROBE.machine(http(node), "/clock");
      return Optional.of(
          new Suffered(
              disk.getLong("syncsFailed"),
              disk.getLong("syncsSlowed"),
              disk.getLong("writesRefused"),
              clock.getLong("readWrong")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Which entries the node's disk has lost, in one line; empty where there are none; nothing where
  /// it does not answer.
  public Optional<String> damage(NodeProcess node) {
    return PROBE.damage(node.address());
  }

  private static void ask(NodeProcess node, String route) throws ClusterException {
    try {
      PROBE.machine(http(node), route);
    } catch (IOException e) {
      throw ClusterException.unavailable(
          "node " + node.id() + " does not take " + route + ": " + e.getMessage(), "");
    }
  }

  private static String http(NodeProcess node) {
    return node.description().http();
  }
}
