package io.raftctl.torture;

import io.raftctl.benchmark.ThrowAway;
import io.raftctl.benchmark.ThrowAwayCluster;
import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.observed.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Breaks a cluster of real processes, round after round, while clients use it.
///
/// A round: sessions begin to count, a fault strikes and is mended, the cluster must serve again
/// and then, without clients, agree, both within a deadline; and what every node holds must be what
/// the sessions were told. A node that ends by itself, or does not come back, breaks a promise too.
public final class Torture {
  /// What heals itself must have done so within this, and a command acknowledged.
  private static final Duration HEALED = Duration.ofSeconds(30);

  /// So many acknowledgements show that the cluster serves, and not just that one was under way.
  private static final int SERVES = 20;

  private final Plan plan;
  private final ThrowAwayCluster own;
  private final LocalCluster cluster;
  private final Endpoints endpoints;
  private final Nemesis nemesis;
  private final Random order;

  /// The faults of the current cycle that are still to come.
  private final List<Fault> ahead = new ArrayList<>();

  private final AtomicReference<@Nullable String> died = new AtomicReference<>();

  private Torture(Plan plan, ThrowAwayCluster own) {
    this.plan = plan;
    this.own = own;
    this.cluster = own.cluster();
    this.endpoints = own.endpoints();
    Random seeded = new Random(plan.seed());
    this.order = new Random(seeded.nextLong());
    this.nemesis = new Nemesis(cluster, endpoints, new Random(seeded.nextLong()));
    cluster.onUnexpectedEndOfNode(
        (node, code) ->
            died.set(
                "node "
                    + node.id()
                    + " ended by itself"
                    + (code.isPresent() ? " with exit code " + code.getAsInt() : "")));
  }

  /// Runs all rounds, or up to the first broken promise.
  ///
  /// @param each hears of each round that kept every promise
  /// @throws ClusterException where the cluster could not be started
  public static Ending run(ThrowAway throwAway, Plan plan, Consumer<Round> each)
      throws ClusterException, InterruptedException {
    try (ThrowAwayCluster own = throwAway.start()) {
      own.awaitSettled();
      return new Torture(plan, own).rounds(each);
    }
  }

  private Ending rounds(Consumer<Round> each) throws ClusterException, InterruptedException {
    long start = System.nanoTime();
    for (int number = 1; goesOn(number, Duration.ofNanos(System.nanoTime() - start)); number++) {
      Optional<String> found;
      try {
        found = round(number, each);
      } catch (ClusterException e) {
        found = Optional.of(e.reason());
      }
      if (own.ending()) {
        throw new InterruptedException("told to end");
      }
      // A process that ended explains whatever else was found.
      Optional<String> broken = died.get() == null ? found : Optional.ofNullable(died.get());
      if (broken.isPresent()) {
        return new Ending.Broken(number, broken.get(), own.keep());
      }
    }
    return new Ending.Kept();
  }

  private boolean goesOn(int number, Duration elapsed) {
    return (plan.rounds().isEmpty() || number <= plan.rounds().getAsInt())
        && (plan.time() == null || elapsed.compareTo(plan.time()) < 0);
  }

  private Optional<String> round(int number, Consumer<Round> each)
      throws ClusterException, InterruptedException {
    long start = System.nanoTime();
    Fault fault = next();
    try (Load load = new Load(endpoints, "torture-" + number + "-", plan.rate())) {
      requireServed(load);
      Nemesis.Deed deed = nemesis.strike(fault);
      requireServed(load);
      List<Counter> counters = load.finish();
      requireAgreement();
      Judge judge = new Judge(cluster.nodes(), endpoints);
      for (Counter counter : counters) {
        Optional<String> broken = judge.judge(counter);
        if (broken.isPresent()) {
          return broken;
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      each.accept(
          new Round(
              number, fault, deed.words(), deed.effects(), judge.tally(), load.longestGap(), took));
    }
    return Optional.empty();
  }

  private Fault next() {
    if (ahead.isEmpty()) {
      ahead.addAll(plan.faults());
      Collections.shuffle(ahead, order);
    }
    return ahead.removeLast();
  }

  private void requireServed(Load load) throws ClusterException, InterruptedException {
    if (!load.awaitAcknowledged(SERVES, HEALED)) {
      throw ClusterException.negative(
          "within " + HEALED.toSeconds() + "s the cluster did not serve: " + view(), "");
    }
  }

  private void requireAgreement() throws ClusterException {
    List<String> nodes = cluster.ids();
    Observation last = cluster.await(view -> view.converged(nodes) || died.get() != null, HEALED);
    if (!last.converged(nodes)) {
      throw ClusterException.negative(
          "within " + HEALED.toSeconds() + "s the nodes did not agree: " + view(), "");
    }
  }

  /// What the nodes say of themselves, in one line.
  private String view() {
    Observation view = cluster.observe();
    return view.answers().stream()
        .map(
            node ->
                "%s is %s of term %d with %d of %d entries applied"
                    .formatted(
                        node.id(), node.role(), node.term(), node.appliedIndex(), node.lastIndex()))
        .collect(
            Collectors.joining(
                ", ", "", "; " + (view.size() - view.answers().size()) + " do not answer"));
  }
}
