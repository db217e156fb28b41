package io.raftctl.torture;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Verdict;
import io.raftctl.torture.chart.RunClock;
import io.raftctl.torture.chart.Span;
import io.raftctl.torture.chart.Timeline;
import io.raftctl.torture.count.Counter;
import io.raftctl.torture.count.Judge;
import io.raftctl.torture.count.Load;
import io.raftctl.torture.nemesis.Deed;
import io.raftctl.torture.nemesis.Fault;
import io.raftctl.torture.nemesis.Nemesis;
import io.raftctl.torture.workload.Recorder;
import io.raftctl.torture.workload.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Breaks a cluster of real processes, round after round, while clients use it.
///
/// A round: sessions begin to count, and other clients to work on objects of their own; a fault
/// strikes and is mended; the cluster must serve again and then, without clients, agree, both
/// within a deadline; what every node holds must be what the sessions were told, and some order of
/// all that the other clients did must explain what they heard. A node that ends by itself, or does
/// not come back, breaks a promise too.
public final class Torture {
  /// What heals itself must have done so within this, and a command acknowledged.
  private static final Duration HEALED = Duration.ofSeconds(30);

  /// So many acknowledgements show that the cluster serves, and not just that one was under way.
  private static final int SERVES = 20;

  /// Of so many commands one is that of a client that does one thing at a time.
  private static final int WATCHED = 4;

  private final RunClock clock = new RunClock();
  private final Plan plan;
  private final Timeline timeline;
  private final Listener listener;
  private final Recorder recorder;
  private final HistoryJudge histories;
  private final Ground ground;
  private final Endpoints endpoints;
  private final Nemesis nemesis;
  private final Random order;
  private final Random work;

  /// The faults of the current cycle that are still to come.
  private final List<Fault> ahead = new ArrayList<>();

  private final AtomicReference<@Nullable String> died = new AtomicReference<>();

  private Torture(Plan plan, Ground ground, Timeline timeline, Listener listener) {
    this.plan = plan;
    this.ground = ground;
    this.timeline = timeline;
    this.listener = listener;
    this.recorder = new Recorder(clock);
    this.histories = new HistoryJudge(plan.workload().judgedAs());
    this.endpoints = ground.endpoints();
    Random seeded = new Random(plan.seed());
    this.order = new Random(seeded.nextLong());
    this.nemesis = ground.nemesis(new Random(seeded.nextLong()));
    this.work = new Random(seeded.nextLong());
    ground.onUnexpectedEnd(died::set);
  }

  /// Runs all rounds, or up to the first broken promise.
  ///
  /// @param timeline is told of every answer
  /// @throws ClusterException where the cluster is not well before anything is broken
  public static Ending run(Ground ground, Plan plan, Timeline timeline, Listener listener)
      throws ClusterException, InterruptedException {
    Torture torture = new Torture(plan, ground, timeline, listener);
    torture.requireAgreement();
    return torture.rounds();
  }

  private Ending rounds() throws ClusterException, InterruptedException {
    for (int number = 1; goesOn(number, Duration.ofNanos(clock.now())); number++) {
      Optional<Ending> found;
      try {
        found = round(number);
      } catch (ClusterException e) {
        found = Optional.of(broken(number, e.reason()));
      }
      listener.history(recorder.take()); // Nothing, where the round came to its end.
      if (ground.ending()) {
        throw new InterruptedException("told to end");
      }
      String death = died.get();
      if (death != null) { // It explains whatever else was found.
        return broken(number, death);
      }
      if (found.isPresent()) {
        return found.get();
      }
    }
    return new Ending.Kept();
  }

  private Ending broken(int number, String what) throws ClusterException {
    return new Ending.Broken(number, what, ground.keep());
  }

  private boolean goesOn(int number, Duration elapsed) {
    return (plan.rounds().isEmpty() || number <= plan.rounds().getAsInt())
        && (plan.time() == null || elapsed.compareTo(plan.time()) < 0);
  }

  private Optional<Ending> round(int number) throws ClusterException, InterruptedException {
    long start = clock.now();
    Fault fault = next();
    String prefix = ground.prefix() + number + "-";
    int watched = plan.rate() / WATCHED;
    try (Load load = new Load(endpoints, prefix, plan.rate() - watched, clock, timeline);
        Workers workers = workers(prefix, watched)) {
      workers.start();
      requireServed(load);
      long begin = clock.now();
      Deed deed = nemesis.strike(fault);
      long end = clock.now();
      recorder.fault(deed.words(), begin, end);
      requireServed(load);
      workers.finish();
      List<Counter> counters = load.finish();
      Span underLoad = new Span(start, clock.now());
      requireAgreement();
      workers.readBack();
      History history = recorder.take();
      listener.history(history);

      Judge judge = new Judge(ground.nodes(), endpoints);
      Optional<String> broken = broken(judge, counters, workers);
      if (broken.isPresent()) {
        return Optional.of(broken(number, broken.get()));
      }
      Optional<Ending> verdict = judged(number, history);
      if (verdict.isPresent()) {
        return verdict;
      }
      listener.round(
          new Round(
              number,
              fault,
              deed.words(),
              deed.effects(),
              underLoad,
              new Span(begin, end),
              load.longestGap(),
              judge.tally(),
              history.operations().size(),
              unknown(history),
              Duration.ofNanos(clock.now() - start)));
    }
    return Optional.empty();
  }

  private Workers workers(String prefix, int rate) {
    Random random = new Random(work.nextLong());
    return new Workers(plan.workload(), prefix, rate, endpoints, recorder, timeline, random);
  }

  private Optional<String> broken(Judge judge, List<Counter> counters, Workers workers)
      throws ClusterException, InterruptedException {
    for (Counter counter : counters) {
      judge.settle(counter);
    }
    requireAgreement();
    Optional<String> broken = judge.broken();
    if (broken.isEmpty()) {
      broken = workers.broken();
    }
    if (broken.isEmpty() && judge.differ(workers.keys()).isPresent()) {
      // A worker's command whose answer nobody waited for may have come in just now. What differs
      // once the nodes agree again differs for good.
      requireAgreement();
      broken = judge.differ(workers.keys());
    }
    return broken;
  }

  private Optional<Ending> judged(int number, History history)
      throws ClusterException, InterruptedException {
    return switch (histories.judge(history)) {
      case Verdict.Linearizable _ -> Optional.empty();
      case Verdict.Illegal illegal ->
          Optional.of(new Ending.NotLinearizable(number, history, illegal, ground.keep()));
      case Verdict.Unknown unknown ->
          Optional.of(new Ending.Undecided(number, unknown, ground.keep()));
    };
  }

  private static int unknown(History history) {
    return (int)
        history.operations().stream().filter(it -> it.fate() == Operation.Fate.UNKNOWN).count();
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

  private void requireAgreement() throws ClusterException, InterruptedException {
    if (!ground.agree(HEALED, () -> died.get() != null)) {
      throw ClusterException.negative(
          "within " + HEALED.toSeconds() + "s the nodes did not agree: " + view(), "");
    }
  }

  /// What the nodes say of themselves, in one line.
  private String view() {
    Observation view = ground.observe();
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
