package io.raftctl.cluster;

import io.raftctl.cluster.ClusterDescription.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;

/// Takes a name, a directory and ports for a cluster that this process is about to start.
///
/// All of it happens while no other process of the user does the same, so that two that start at
/// once cannot take the same. What is taken stands in `cluster.json` with us as the supervisor.
final class ClusterClaim {
  private static final Duration LEFTOVER_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterPlan plan;
  private final ClusterRegistry registry;

  ClusterClaim(ClusterPlan plan, ClusterRegistry registry) {
    this.plan = plan;
    this.registry = registry;
  }

  /// @param portsFrom where to look for ports if the plan names none; negative: where they were
  ClusterDescription take(int portsFrom) throws ClusterException {
    return registry.locked(
        () -> {
          List<ClusterDescription> others = registry.list();
          Optional<ClusterDescription> before = plan.directory().read();
          boolean again = portsFrom >= 0; // Then what runs there is our own first attempt.
          if (!again) {
            refuseIfRunning(before, others);
          }
          awaitLeftovers(before);
          ClusterDescription description = describe(before, places(before, others, portsFrom));
          plan.directory().write(description);
          registry.add(description.name(), description.directory());
          return description;
        });
  }

  private void refuseIfRunning(Optional<ClusterDescription> before, List<ClusterDescription> others)
      throws ClusterException {
    List<ClusterDescription> rivals = new ArrayList<>(others);
    rivals.removeIf(other -> !other.name().equals(plan.name()));
    before.ifPresent(rivals::add);
    for (ClusterDescription rival : rivals) {
      State state = rival.state();
      if (state == State.DETACHED) {
        throw ClusterException.usage(
            "the cluster " + rival.name() + " runs already, detached, in " + rival.directory(),
            "raftctl local-cluster attach " + rival.name() + ", or start another with --name");
      }
      if (state == State.SUPERVISED) {
        throw ClusterException.usage(
            "the cluster " + rival.name() + " runs already in " + rival.directory(),
            "start another with --name");
      }
    }
  }

  /// Nodes whose parent was killed a moment ago are about to end; their data are theirs until then.
  private static void awaitLeftovers(Optional<ClusterDescription> before) throws ClusterException {
    if (before.isEmpty()) {
      return;
    }
    long deadline = System.nanoTime() + LEFTOVER_TIMEOUT.toNanos();
    for (NodeDescription node : before.get().nodes()) {
      while (node.running()) {
        if (System.nanoTime() > deadline) {
          throw ClusterException.unavailable(
              "node " + node.id() + " of an earlier run still runs",
              "raftctl local-cluster stop " + before.get().name());
        }
        LocalCluster.pause();
      }
    }
  }

  /// Where the nodes are to be: where they were, if they can, or must because their log says so.
  private List<NodeDescription> places(
      Optional<ClusterDescription> before, List<ClusterDescription> others, int portsFrom)
      throws ClusterException {
    List<NodeDescription> known = before.map(ClusterDescription::nodes).orElse(List.of());
    int count = count(known);
    boolean fixed = before.filter(ClusterDescription::changed).isPresent();
    OptionalInt used = before.map(ClusterDescription::basePort).orElse(OptionalInt.empty());
    boolean meant = plan.basePort().isEmpty() || plan.basePort().equals(used);
    if (fixed && !meant) {
      throw ClusterException.usage(
          "the cluster " + plan.name() + " stays at its ports: its members know each other by them",
          "leave out --base-port");
    }
    if (used.isPresent() && meant && (fixed || portsFrom < 0)) {
      int taken = Ports.firstTaken(known);
      if (taken == 0) {
        return known.stream().map(node -> node.withProcess(null)).toList();
      }
      if (fixed) {
        throw ClusterException.local(
            "port " + taken + " is in use, and the members of " + plan.name() + " stay at theirs",
            "stop what uses it");
      }
    }
    return nodes(known, choosePorts(count, others, portsFrom));
  }

  private Ports choosePorts(int count, List<ClusterDescription> others, int portsFrom)
      throws ClusterException {
    if (plan.basePort().isEmpty()) {
      int from = portsFrom >= 0 ? portsFrom : Ports.DEFAULT_BASE;
      return Ports.firstFree(from, count, port -> isPromised(port, others));
    }
    Ports ports = new Ports(plan.basePort().getAsInt(), count);
    if (!ports.free()) {
      throw ClusterException.local(
          "port " + ports.firstTaken() + " is in use", "choose others with --base-port");
    }
    return ports;
  }

  private List<NodeDescription> nodes(List<NodeDescription> known, Ports ports) {
    List<NodeDescription> nodes = new ArrayList<>();
    for (int i = 0; i < ports.nodes(); i++) {
      String id = known.isEmpty() ? Integer.toString(i + 1) : known.get(i).id();
      nodes.add(NodeDescription.in(plan.directory(), id, ports, i));
    }
    return nodes;
  }

  /// A cluster that starts right now may not listen yet.
  private boolean isPromised(int port, List<ClusterDescription> others) {
    return Ports.promised(port, others, plan.directory().path());
  }

  private int count(List<NodeDescription> known) throws ClusterException {
    int existing = known.size();
    if (existing > 0 && plan.nodes().isPresent() && plan.nodes().getAsInt() != existing) {
      throw ClusterException.usage(
          "the cluster in "
              + plan.directory().path()
              + " has "
              + existing
              + " nodes, not "
              + plan.nodes().getAsInt(),
          "start another with --name, or remove it: raftctl local-cluster rm " + plan.name());
    }
    return existing > 0 ? existing : plan.nodes().orElse(ClusterPlan.NODES_DEFAULT);
  }

  private ClusterDescription describe(
      Optional<ClusterDescription> before, List<NodeDescription> nodes) {
    return new ClusterDescription(
        plan.name(),
        before.map(ClusterDescription::cluster).orElseGet(() -> newClusterId(plan.name())),
        plan.directory().path(),
        ProcessIdentity.of(ProcessHandle.current()),
        plan.detached(),
        plan.ephemeral(),
        before.map(ClusterDescription::founders).orElse(""),
        nodes);
  }

  private static String newClusterId(String name) {
    return name + "-" + String.format("%016x", ThreadLocalRandom.current().nextLong());
  }
}
