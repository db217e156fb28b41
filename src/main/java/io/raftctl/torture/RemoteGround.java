package io.raftctl.torture;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Session;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.Machine;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.torture.nemesis.Fault;
import io.raftctl.torture.nemesis.Gate;
import io.raftctl.torture.nemesis.Nemesis;
import io.raftctl.torture.nemesis.RemoteLinks;
import io.raftctl.torture.nemesis.RemoteNemesis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A cluster whose nodes run elsewhere, and perhaps serve others meanwhile. In the end all that was
/// broken here is healed, and the keys of the run are deleted unless a promise was broken.
public final class RemoteGround implements Ground {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 50;

  private final RemoteCluster cluster;
  private final SortedMap<String, Machine> machines;
  private final Endpoints endpoints;
  private final String run;
  private final Path folder;
  private final Consumer<ClusterException> unhealed;
  private final RemoteLinks links;
  private final Gate gate = new Gate();
  private final Thread atExit = new Thread(this::mendAtExit, "mend");
  private volatile boolean ending;
  private volatile boolean kept;

  /// What the user says of it.
  ///
  /// @param nodes some of them, or all
  /// @param operators the voters' ports for operators, or null where nobody says them
  /// @param folder for what is written of a round that cannot be explained
  public record Place(Endpoints nodes, @Nullable Endpoints operators, Path folder) {}

  private RemoteGround(
      RemoteCluster cluster,
      SortedMap<String, Machine> machines,
      String run,
      Path folder,
      Consumer<ClusterException> unhealed) {
    this.cluster = cluster;
    this.machines = machines;
    this.endpoints = Endpoints.parse(String.join(",", cluster.addresses().values()), "torture");
    this.run = run;
    this.folder = folder;
    this.unhealed = unhealed;
    this.links = new RemoteLinks(cluster.addresses(), PATIENCE);
  }

  /// Looks at the cluster, and breaks nothing yet.
  ///
  /// @param faults what will be done to it
  /// @param run tells the keys of this run from those of any other one
  /// @param unhealed hears what could not be taken back where this process is told to end
  /// @throws ClusterException where it is not whole and well, or cannot be broken so
  public static RemoteGround enter(
      Place place, List<Fault> faults, String run, Consumer<ClusterException> unhealed)
      throws ClusterException, InterruptedException {
    RemoteCluster cluster = RemoteCluster.find(place.nodes());
    cluster.requireWell();
    if (faults.contains(Fault.PARTITION) && cluster.voters().size() < 2) {
      throw ClusterException.usage(
          "the cluster has one voter, and so no link to cut", "leave out partition");
    }
    cluster.requireFaults();
    boolean spoils = faults.contains(Fault.DISK) || faults.contains(Fault.CLOCK);
    SortedMap<String, Machine> machines =
        place.operators() != null && spoils ? cluster.machines(place.operators()) : new TreeMap<>();
    RemoteGround ground = new RemoteGround(cluster, machines, run, place.folder(), unhealed);
    ground.requireStore();
    Runtime.getRuntime().addShutdownHook(ground.atExit);
    return ground;
  }

  /// The clients count, and so must the cluster.
  private void requireStore() throws ClusterException {
    ClusterClient client = new ClusterClient(endpoints, TIMEOUT, new Session());
    switch (client.submit("incr " + prefix() + "begun")) {
      case Outcome.Done done -> {
        if (!done.ok() || !done.reply().equals("1")) {
          throw ClusterException.usage(
              "the cluster does not count from 1: it replied " + done.reply(),
              "clients of torture use the built-in store");
        }
      }
      case Outcome.NotApplied(var _, var problem) -> throw ClusterException.of(problem);
      case Outcome.Indeterminate doubt ->
          throw ClusterException.unavailable(
              "the cluster does not serve in time: " + doubt.reason(),
              "see 'raftctl status'; nothing was broken");
    }
  }

  @Override
  public SortedMap<String, String> nodes() {
    return cluster.addresses();
  }

  @Override
  public Endpoints endpoints() {
    return endpoints;
  }

  @Override
  public String prefix() {
    return "torture-" + run + "-";
  }

  @Override
  public Nemesis nemesis(Random random) {
    return new RemoteNemesis(
        new RemoteNemesis.Targets(
            List.copyOf(nodes().keySet()), cluster.voters(), machines, cluster::observe),
        links,
        endpoints,
        prefix(),
        gate,
        random);
  }

  @Override
  public Observation observe() {
    return cluster.observe();
  }

  /// Others may write meanwhile, so the logs need not be alike. Who has applied what a leader held
  /// after the clients had stopped has all that they were told of.
  @Override
  public boolean agree(Duration atMost, BooleanSupplier over) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    NodeReport first = null;
    while (true) {
      Observation view = observe();
      Optional<NodeReport> leader = view.leader();
      if (leader.isPresent() && (first == null || first.term() != leader.get().term())) {
        first = leader.get();
      }
      if (first != null && view.caughtUp(nodes().keySet(), first.lastIndex())) {
        return true;
      }
      if (over.getAsBoolean() || System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// That a process ended is not seen from here; that its node does not come back is.
  @Override
  public void onUnexpectedEnd(Consumer<String> listener) {}

  @Override
  public boolean ending() {
    return ending;
  }

  @Override
  public Evidence keep() {
    kept = true;
    return new Evidence(
        folder.resolve("raftctl-torture-" + run),
        "the keys of the run stay, %s…, and data and logs are where the nodes are"
            .formatted(prefix()));
  }

  @Override
  public void close() throws ClusterException {
    if (ending) {
      return; // The other thread does it, and no hook can be taken back any more.
    }
    Runtime.getRuntime().removeShutdownHook(atExit);
    mend();
    if (!kept) {
      RunKeys.clear(endpoints, prefix());
    }
  }

  private void mendAtExit() {
    ending = true;
    try {
      mend();
    } catch (ClusterException e) {
      unhealed.accept(e);
    }
  }

  private void mend() throws ClusterException {
    gate.close();
    List<String> sick =
        machines.values().stream().filter(it -> !it.heal()).map(Machine::id).toList();
    links.heal();
    if (!sick.isEmpty()) {
      throw ClusterException.unavailable(
          "disks and clocks may still be spoilt, of nodes " + String.join(" ", sick),
          "when they answer again: /disk?heal=true and /clock?heal=true at their ports for"
              + " operators; a restart heals them as well");
    }
  }
}
