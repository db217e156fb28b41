package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Outcome.Fate;
import io.raftctl.client.Session;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.testing.Await;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes whose leaders are killed under clients that count: each increment that was
/// acknowledged is there once, and of the others `outcome` says which are.
@Timeout(300)
@UsesClusterPorts
class ExactlyOnceEndToEndTest {
  private static final int KILLS = 10;
  private static final int STREAM_REQUESTS = 32;
  private static final Duration WAIT = Duration.ofSeconds(30);

  /// Short, so that some requests end in doubt while there is no leader.
  private static final Duration IMPATIENT = Duration.ofMillis(900);

  @TempDir private Path folder;
  private LocalCluster cluster;
  private Endpoints endpoints;
  private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private volatile boolean stopped;

  @BeforeEach
  void start() throws Exception {
    ClusterPlan plan =
        new ClusterPlan(
            "once",
            ClusterDirectory.of(folder.resolve("once")),
            OptionalInt.of(3),
            OptionalInt.empty(),
            false,
            false);
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("registry"));
    cluster = LocalCluster.start(plan, registry, new JarNodeProgram());
    endpoints =
        Endpoints.parse(
            String.join(",", cluster.nodes().stream().map(NodeProcess::address).toList()),
            "the test");
    awaitLeader();
  }

  @AfterEach
  void stop() throws Exception {
    stopped = true;
    cluster.close();
  }

  @Test
  void theCounterIsWhatWasAcknowledgedAndWhatOutcomeSaysOfTheRest() throws Exception {
    List<Thread> shells = new ArrayList<>();
    try (StreamClient patient = new StreamClient(endpoints, WAIT);
        StreamClient impatient = new StreamClient(endpoints, IMPATIENT)) {
      for (int i = 0; i < STREAM_REQUESTS; i++) {
        next(patient);
        next(impatient);
      }
      shells.add(Thread.ofPlatform().start(() -> count(WAIT)));
      shells.add(Thread.ofPlatform().start(() -> count(IMPATIENT)));
      for (int kill = 1; kill <= KILLS; kill++) {
        killALeader(kill);
      }
      leaveInDoubt();
      stopped = true;
      for (Thread shell : shells) {
        shell.join();
      }
    }
    judge();
  }

  private void killALeader(int kill) throws Exception {
    NodeProcess leader = awaitLeader();
    assertThat(cluster.kill(leader)).isTrue();
    int before = acknowledged.get();
    Await.until(
        "increments are acknowledged after kill " + kill, () -> acknowledged.get() > before + 100);
    cluster.start(leader);
  }

  /// The leader stands alone with what it has taken in, for longer than the impatient wait: whether
  /// kills alone leave anybody in doubt is a matter of luck.
  private void leaveInDoubt() throws Exception {
    NodeProcess leader = awaitLeader();
    List<NodeProcess> others = new ArrayList<>(cluster.nodes());
    others.remove(leader);
    for (NodeProcess other : others) {
      assertThat(other.pause()).isTrue();
    }
    Await.until(
        "somebody is left in doubt",
        () -> outcomes.stream().anyMatch(Outcome.Indeterminate.class::isInstance));
    for (NodeProcess other : others) {
      assertThat(other.resume()).isTrue();
    }
  }

  /// A stream's request, and when it has its outcome the next one.
  private void next(StreamClient client) {
    client.submit(
        "incr n".getBytes(StandardCharsets.UTF_8),
        outcome -> {
          note(outcome);
          if (!stopped) {
            next(client);
          }
        });
  }

  /// One request after the other, as a shell sends them.
  private void count(Duration timeout) {
    ClusterClient client = new ClusterClient(endpoints, timeout, new Session());
    while (!stopped) {
      note(client.submit("incr n"));
    }
  }

  private void note(Outcome outcome) {
    outcomes.add(outcome);
    if (outcome instanceof Outcome.Done) {
      acknowledged.incrementAndGet();
    }
  }

  private void judge() {
    ClusterClient client = new ClusterClient(endpoints, WAIT, new Session());
    List<Long> counted = new ArrayList<>();
    int unknown = 0;
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Outcome.Done done -> counted.add(Long.valueOf(done.reply()));
        case Outcome.NotApplied _ -> {}
        case Outcome.Indeterminate doubt -> {
          unknown++;
          settled(client, doubt).ifPresent(counted::add);
        }
      }
    }
    assertThat(unknown).as("requests in doubt").isPositive();
    assertThat(counted).as("every reply is another number").doesNotHaveDuplicates();
    assertThat(client.read("get n"))
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> assertThat(done.reply()).isEqualTo(String.valueOf(counted.size())));
  }

  /// The number that the request counted, if it was applied.
  private static Optional<Long> settled(ClusterClient client, Outcome.Indeterminate doubt) {
    Answer<Fate> answer = client.outcome(doubt.requestId(), doubt.since(), true);
    assertThat(answer).as("the outcome of %s", doubt).isInstanceOf(Answer.Given.class);
    Fate fate = ((Answer.Given<Fate>) answer).value();
    assertThat(fate).isInstanceOfAny(Fate.Applied.class, Fate.Cancelled.class);
    return fate instanceof Fate.Applied(Outcome.Done first)
        ? Optional.of(Long.valueOf(first.reply()))
        : Optional.empty();
  }

  private NodeProcess awaitLeader() throws Exception {
    Observation view = cluster.await(seen -> seen.leader().isPresent(), WAIT);
    return cluster.node(view.leader().orElseThrow().id()).orElseThrow();
  }
}
