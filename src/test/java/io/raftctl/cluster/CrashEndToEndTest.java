package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.ClusterView;
import io.raftctl.client.Endpoints;
import io.raftctl.client.LogEntry;
import io.raftctl.client.Outcome;
import io.raftctl.client.Session;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.testing.Await;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Five real processes under load, killed without warning and cut off for real: what was
/// acknowledged is there afterwards, once, in order, on every node.
@Timeout(300)
@UsesClusterPorts
class CrashEndToEndTest {
  private static final int NODES = 5;
  private static final int KILLS = 30;
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private LocalCluster cluster;

  @BeforeEach
  void start() throws Exception {
    ClusterPlan plan =
        new ClusterPlan(
            "crash",
            ClusterDirectory.of(folder.resolve("crash")),
            OptionalInt.of(NODES),
            OptionalInt.empty(),
            false,
            false);
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("registry"));
    cluster = LocalCluster.start(plan, registry, new JarNodeProgram());
    awaitLeader();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheLeaderIsKilledThirtyTimesAndThenAllNodesAtOnce()
      throws Exception {
    AcknowledgedWrites writes;
    try (Load load = new Load(endpoints(cluster.nodes()), 16)) {
      for (int kill = 1; kill <= KILLS; kill++) {
        NodeProcess leader = awaitLeader();
        assertThat(cluster.kill(leader)).isTrue();
        long before = load.acknowledged();
        Await.until(
            "writes are acknowledged after kill " + kill + " of the leader " + leader.id(),
            () -> load.acknowledged() > before + 10);
        cluster.start(leader);
      }
      for (NodeProcess node : cluster.nodes()) {
        cluster.kill(node);
      }
      writes = load.stop();
    }
    for (NodeProcess node : cluster.nodes()) {
      cluster.start(node);
    }
    assertThat(writes.done()).hasSizeGreaterThan(10 * KILLS);
    judge(writes, logsOfAllNodes());
  }

  @Test
  void aLeaderInTheMinorityAcknowledgesNothing() throws Exception {
    AcknowledgedWrites cutOff;
    AcknowledgedWrites connected;
    long committedAtTheCut;
    NodeProcess leader = awaitLeader();
    List<NodeProcess> others = cluster.nodes().stream().filter(n -> n != leader).toList();
    List<NodeProcess> minority = List.of(leader, others.getFirst());
    List<NodeProcess> majority = others.subList(1, others.size());
    try (Load lost = new Load(endpoints(minority), 4)) {
      Await.until("the leader accepts writes", () -> lost.acknowledged() > 10);
      cutOffAsLeader(leader, List.of(ids(minority), ids(majority)));
      committedAtTheCut = report(leader).commitIndex();
      try (Load served = new Load(endpoints(majority), 4)) {
        Await.until("the majority accepts writes", () -> served.acknowledged() > 100);
        connected = served.stop();
      }
      cutOff = lost.stop();
    }
    assertThat(cutOff.done().values()).allMatch(index -> index <= committedAtTheCut);
    assertThat(cutOff.unknown()).isNotEmpty();

    cluster.links().heal();
    Map<String, List<LogEntry>> logs = logsOfAllNodes();
    judge(connected, logs);
    judge(cutOff, logs);
  }

  /// Cuts the links until that happens to a node that leads, and holds commands then which it
  /// cannot commit. On a busy machine another one may lead by the time of the cut; then it is given
  /// the leadership, and everything begins anew.
  private void cutOffAsLeader(NodeProcess leader, List<List<String>> sides) throws Exception {
    while (true) {
      cluster.links().partition(sides);
      Await.until(
          "commands are stuck, or another node leads",
          () -> holdsUncommitted(report(leader)) || !report(leader).role().equals("leader"));
      NodeReport cut = report(leader);
      if (cut.role().equals("leader") && holdsUncommitted(cut)) {
        return;
      }
      cluster.links().heal();
      awaitLeader();
      ClusterClient client = new ClusterClient(endpoints(cluster.nodes()), WAIT, new Session());
      Answer<ClusterView> _ = client.transfer(leader.id());
    }
  }

  private static boolean holdsUncommitted(NodeReport report) {
    return report.lastIndex() > report.commitIndex();
  }

  private NodeReport report(NodeProcess node) {
    return cluster.observe().node(node.id()).orElseThrow();
  }

  private NodeProcess awaitLeader() throws Exception {
    Observation view = cluster.await(seen -> seen.leader().isPresent(), WAIT);
    String id = view.leader().orElseThrow().id();
    return cluster.node(id).orElseThrow();
  }

  private Map<String, List<LogEntry>> logsOfAllNodes() throws Exception {
    Observation view = cluster.await(seen -> seen.converged(cluster.ids()), WAIT);
    assertThat(view.converged(cluster.ids())).as("converged: %s", view).isTrue();
    Map<String, List<LogEntry>> logs = new TreeMap<>();
    for (NodeProcess node : cluster.nodes()) {
      logs.put(node.id(), log(node, view.leader().orElseThrow().commitIndex()));
    }
    return logs;
  }

  private static List<LogEntry> log(NodeProcess node, long upTo) {
    Endpoints endpoints = Endpoints.parse(node.address(), "the test");
    ClusterClient client = new ClusterClient(endpoints, WAIT, new Session());
    Endpoint endpoint = endpoints.all().getFirst();
    List<LogEntry> log = new ArrayList<>();
    while (log.size() < upTo) {
      switch (client.log(endpoint, log.size() + 1L, Duration.ZERO)) {
        case Answer.Given<List<LogEntry>> given -> {
          assertThat(given.value()).as("entries after %d", log.size()).isNotEmpty();
          log.addAll(given.value());
        }
        case Answer.Missing<List<LogEntry>> missing ->
            throw new AssertionError(missing.problem().toString());
      }
    }
    return log.subList(0, (int) upTo);
  }

  /// Every node has the same log; each acknowledged command stands in it where the answer said, and
  /// perhaps again, as it was sent again; what was said to be without effect has none.
  private void judge(AcknowledgedWrites writes, Map<String, List<LogEntry>> logs) {
    Map<String, List<Long>> places = new TreeMap<>();
    List<String> first = null;
    for (List<LogEntry> log : logs.values()) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < log.size(); i++) {
        LogEntry entry = log.get(i);
        assertThat(entry.index()).isEqualTo(i + 1L);
        lines.add(entry.term() + " " + entry.kind() + " " + entry.text());
      }
      if (first == null) {
        first = lines;
        log.stream()
            .filter(entry -> entry.kind().equals(LogEntry.COMMAND))
            .forEach(
                entry ->
                    places
                        .computeIfAbsent(entry.text(), key -> new ArrayList<>())
                        .add(entry.index()));
      }
      assertThat(lines).isEqualTo(first);
    }
    writes.done().forEach((command, index) -> assertThat(places.get(command)).contains(index));
    SortedSet<String> applied = appliedCommands();
    assertThat(writes.lostFrom(applied)).isEmpty();
    assertThat(writes.notApplied()).noneMatch(applied::contains);
  }

  /// Each command of a load puts a key of its own.
  private SortedSet<String> appliedCommands() {
    ClusterClient client = new ClusterClient(endpoints(cluster.nodes()), WAIT, new Session());
    Outcome keys = client.read("keys");
    assertThat(keys).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done) keys)
        .reply()
        .lines()
        .map(key -> "put " + key + " x")
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Endpoints endpoints(List<NodeProcess> nodes) {
    return Endpoints.parse(
        String.join(",", nodes.stream().map(NodeProcess::address).toList()), "the test");
  }

  private static List<String> ids(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::id).toList();
  }
}
