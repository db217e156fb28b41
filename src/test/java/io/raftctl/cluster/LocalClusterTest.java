package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftctl.cluster.ClusterDescription.State;
import io.raftctl.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
  @TempDir private Path folder;
  private ClusterRegistry registry;

  @BeforeEach
  void emptyRegistry() {
    registry = new ClusterRegistry(folder.resolve("state"));
  }

  @Test
  void startsAllNodesAndEndsThem() throws Exception {
    ClusterDescription running;
    try (LocalCluster cluster = start(plan("demo"))) {
      running = cluster.description();
      assertThat(running.nodes()).hasSize(3).allMatch(NodeDescription::running);
      assertThat(running.state()).isEqualTo(State.SUPERVISED);
      assertThat(running.cluster()).startsWith("demo-");
    }
    assertThat(running.nodes()).noneMatch(NodeDescription::running);
    assertThat(read("demo").state()).isEqualTo(State.STOPPED);
  }

  @Test
  void continuesWithTheSameClusterIdAndPorts() throws Exception {
    ClusterDescription first;
    try (LocalCluster cluster = start(plan("demo"))) {
      first = cluster.description();
    }
    try (LocalCluster cluster = start(plan("demo"))) {
      assertThat(cluster.description().cluster()).isEqualTo(first.cluster());
      assertThat(cluster.description().endpoints()).isEqualTo(first.endpoints());
    }
  }

  @Test
  void refusesASecondClusterOfTheSameName() throws Exception {
    try (LocalCluster first = start(plan("demo"))) {
      ClusterPlan elsewhere = plan("demo", folder.resolve("elsewhere"));
      assertThatExceptionOfType(ClusterException.class)
          .isThrownBy(() -> start(elsewhere))
          .withMessageContaining("runs already in " + first.description().directory());
      assertThat(folder.resolve("elsewhere")).doesNotExist();
    }
  }

  @Test
  void twoClustersAtOnceHaveTheirOwnPorts() throws Exception {
    try (LocalCluster one = start(plan("one"));
        LocalCluster two = start(plan("two"))) {
      assertThat(one.endpoints()).doesNotContainAnyElementsOf(two.endpoints());
    }
  }

  @Test
  void refusesAnotherNumberOfNodes() throws Exception {
    start(plan("demo")).close();
    ClusterPlan five =
        new ClusterPlan("demo", at("demo"), OptionalInt.of(5), OptionalInt.empty(), false, false);
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> start(five))
        .withMessageContaining("has 3 nodes, not 5");
  }

  @Test
  void namesThePortThatIsInUse() throws Exception {
    int port =
        IntStream.iterate(20_001, it -> it + 1)
            .filter(it -> new Ports(it, 1).free())
            .findFirst()
            .orElseThrow();
    try (ServerSocket taken = listenOn(port)) {
      assertThat(taken.isBound()).isTrue();
      ClusterPlan there =
          new ClusterPlan(
              "demo", at("demo"), OptionalInt.of(1), OptionalInt.of(port), false, false);
      assertThatExceptionOfType(ClusterException.class)
          .isThrownBy(() -> start(there))
          .withMessage("port " + port + " is in use");
    }
  }

  @Test
  void refusesADirectoryOfSomebodyElse() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(home.resolve("thesis.tex"), "years of work");
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> start(plan("demo", home)))
        .withMessageContaining("files that are not a cluster's");
    assertThat(home).isDirectoryContaining("glob:**/thesis.tex");
    try (var files = Files.list(home)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void tellsTheLastWordsOfANodeThatEndsAtItsStart() {
    ShellNode broken = new ShellNode("echo starting; echo 'raftctl: no such luck'; exit 6");
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> LocalCluster.start(plan("demo"), registry, broken))
        .withMessageContaining("ended at its start: starting / no such luck");
    assertThat(folder.resolve("demo")).isDirectoryContaining("glob:**/node-1.log");
  }

  @Test
  void takesOtherPortsWhereSomebodyElseWasFaster() throws Exception {
    List<ServerSocket> faster = new CopyOnWriteArrayList<>();
    NodeProgram beaten =
        (node, cluster, peers, readyFile, endsWithParent) -> {
          if (!faster.isEmpty()) {
            return ShellNode.wellBehaved().command(node, cluster, peers, readyFile, endsWithParent);
          }
          int port = Integer.parseInt(node.address().substring(node.address().indexOf(':') + 1));
          faster.add(listenOn(port));
          return List.of("/bin/sh", "-c", "exit 1");
        };
    ClusterPlan plan =
        new ClusterPlan("demo", at("demo"), OptionalInt.of(1), OptionalInt.empty(), true, false);
    try (LocalCluster cluster = LocalCluster.start(plan, registry, beaten)) {
      assertThat(cluster.node("1").orElseThrow().address())
          .doesNotEndWith(":" + faster.getFirst().getLocalPort());
      assertThat(registry.list()).hasSize(1);
    } finally {
      for (ServerSocket socket : faster) {
        socket.close();
      }
    }
  }

  private static ServerSocket listenOn(int port) {
    try {
      return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void leavesNothingOfAnEphemeralCluster() throws Exception {
    Path directory;
    try (LocalCluster cluster = start(ephemeral("gone"))) {
      directory = cluster.description().directory();
      assertThat(directory).exists();
    }
    assertThat(directory).doesNotExist();
    assertThat(registry.list()).isEmpty();
  }

  @Test
  void killsStopsPausesAndResumesANode() throws Exception {
    try (LocalCluster cluster = start(plan("demo"))) {
      NodeProcess node = cluster.nodes().getFirst();
      assertThat(node.pause()).isTrue();
      assertThat(node.state()).isEqualTo(NodeProcess.State.PAUSED);
      assertThat(node.pause()).isFalse();
      assertThat(node.resume()).isTrue();
      assertThat(node.state()).isEqualTo(NodeProcess.State.RUNNING);
      assertThat(cluster.kill(node)).isTrue();
      assertThat(cluster.kill(node)).isFalse();
      assertThat(read("demo").nodes().getFirst().process()).isNull();
      cluster.start(node);
      assertThat(node.state()).isEqualTo(NodeProcess.State.RUNNING);
      assertThat(cluster.stop(node)).isTrue();
      assertThat(node.state()).isEqualTo(NodeProcess.State.DOWN);
    }
  }

  @Test
  void endsPausedNodesToo() throws Exception {
    ClusterDescription running;
    try (LocalCluster cluster = start(plan("demo"))) {
      running = cluster.description();
      for (NodeProcess node : cluster.nodes()) {
        node.pause();
      }
    }
    assertThat(running.nodes()).noneMatch(NodeDescription::running);
  }

  @Test
  void tellsOnlyOfEndsThatNobodyWanted() throws Exception {
    try (LocalCluster cluster = start(plan("demo"))) {
      List<String> died = new CopyOnWriteArrayList<>();
      cluster.onUnexpectedEndOfNode((node, code) -> died.add(node.id() + " " + code.orElse(-1)));
      cluster.kill(cluster.nodes().get(0));
      ProcessIdentity second = cluster.description().nodes().get(1).process();
      assertThat(second).isNotNull();
      Signal.KILL.sendTo(second);
      Await.until("the death is told", () -> died.equals(List.of("2 137")));
    }
  }

  @Test
  void aDetachedClusterOutlivesItsStarterAndCanBeAttached() throws Exception {
    ClusterPlan detached =
        new ClusterPlan("apart", at("apart"), OptionalInt.of(2), OptionalInt.empty(), false, true);
    LocalCluster starter = start(detached);
    starter.detach();
    starter.close();
    ClusterDescription found = registry.find("apart").getFirst();
    assertThat(found.state()).isEqualTo(State.DETACHED);
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> start(detached))
        .withMessageContaining("runs already, detached");

    LocalCluster attached = LocalCluster.attach(found, registry, ShellNode.wellBehaved());
    NodeProcess node = attached.nodes().getFirst();
    assertThat(attached.kill(node)).isTrue();
    attached.start(node);
    assertThat(node.pause()).isTrue();
    LocalCluster later = LocalCluster.attach(read("apart"), registry, ShellNode.wellBehaved());
    assertThat(later.nodes().getFirst().resume()).as("seen to be paused").isTrue();
    assertThat(read("apart").nodes()).allMatch(NodeDescription::running);
    attached.stopAll();
    assertThat(found.nodes()).noneMatch(NodeDescription::running);
    assertThat(read("apart").state()).isEqualTo(State.STOPPED);
  }

  /// The book of three nodes, of which node 1 has gone and node 5 has come.
  private ClusterDescription change(ClusterDescription stopped) throws Exception {
    NodeDescription fifth = NodeDescription.in(at("demo"), "5", base(stopped), 4);
    return at("demo").update(book -> book.changing().without("1").with(fifth), stopped);
  }

  private static Ports base(ClusterDescription cluster) {
    return new Ports(cluster.basePort().orElseThrow(), Ports.BLOCK);
  }

  @Test
  void aLaterStartBeginsWithTheMembersThatThereAreThen() throws Exception {
    start(plan("demo")).close();
    ClusterDescription changed = change(read("demo"));
    Map<String, List<String>> seats = new ConcurrentSkipListMap<>();
    NodeProgram noting =
        (node, cluster, seat, readyFile, endsWithParent) -> {
          seats.put(node.id(), seat);
          return ShellNode.wellBehaved().command(node, cluster, seat, readyFile, endsWithParent);
        };
    try (LocalCluster cluster = LocalCluster.start(plan("demo"), registry, noting)) {
      assertThat(cluster.ids()).containsExactly("2", "3", "5");
      assertThat(cluster.description().endpoints()).isEqualTo(changed.endpoints());
      assertThat(seats.get("2")).containsExactly("--peers", changed.founders());
      String joins = cluster.node("2").orElseThrow().address();
      assertThat(seats.get("5").getLast()).startsWith(joins + ",");
    }
    assertThat(read("demo").founders()).isEqualTo(changed.founders());
    ClusterPlan three =
        new ClusterPlan("demo", at("demo"), OptionalInt.of(3), OptionalInt.empty(), false, false);
    start(three).close();
  }

  /// Their addresses stand in the log, and nobody would find anybody elsewhere.
  @Test
  void aClusterWhoseMembersHaveChangedStaysAtItsPorts() throws Exception {
    start(plan("demo")).close();
    ClusterDescription changed = change(read("demo"));
    int base = changed.basePort().orElseThrow();
    ClusterPlan same =
        new ClusterPlan(
            "demo", at("demo"), OptionalInt.empty(), OptionalInt.of(base), false, false);
    start(same).close();
    ClusterPlan other =
        new ClusterPlan(
            "demo", at("demo"), OptionalInt.empty(), OptionalInt.of(base + 20), false, false);
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> start(other))
        .withMessage("the cluster demo stays at its ports: its members know each other by them");
    int taken = changed.nodes().getLast().port();
    try (ServerSocket socket = listenOn(taken)) {
      assertThat(socket.isBound()).isTrue();
      assertThatExceptionOfType(ClusterException.class)
          .isThrownBy(() -> start(plan("demo")))
          .withMessage("port " + taken + " is in use, and the members of demo stay at theirs");
    }
    start(plan("demo")).close();
  }

  /// Ctrl-C interrupts a command at any moment; what it has done must be noted all the same.
  @Test
  void theBookIsWrittenAlthoughTheCommandIsInterrupted() throws Exception {
    try (LocalCluster cluster = start(plan("demo"))) {
      Thread.currentThread().interrupt();
      cluster.change(ClusterDescription::changing);
      assertThat(Thread.interrupted()).as("still interrupted").isTrue();
      assertThat(read("demo").changed()).isTrue();
    }
  }

  @Test
  void withoutALeaderNothingIsAddedAndNothingRemoved() throws Exception {
    try (LocalCluster cluster = start(plan("demo"))) {
      ClusterDescription before = read("demo");
      assertThatExceptionOfType(ClusterException.class)
          .isThrownBy(() -> cluster.members().add(null))
          .withMessage("there is no leader, and only a leader changes the members")
          .matches(e -> e.kind() == ClusterException.Kind.UNAVAILABLE);
      assertThatExceptionOfType(ClusterException.class)
          .isThrownBy(() -> cluster.members().remove(List.of(cluster.nodes().getFirst())))
          .matches(e -> e.kind() == ClusterException.Kind.UNAVAILABLE);
      assertThat(read("demo")).isEqualTo(before);
      assertThat(cluster.running()).containsExactly("1", "2", "3");
    }
  }

  @Test
  void twoSessionsOverOneClusterKeepEachOthersNodes() throws Exception {
    ClusterPlan detached =
        new ClusterPlan("apart", at("apart"), OptionalInt.of(2), OptionalInt.empty(), false, true);
    start(detached).detach();
    LocalCluster one = LocalCluster.attach(read("apart"), registry, ShellNode.wellBehaved());
    LocalCluster two = LocalCluster.attach(read("apart"), registry, ShellNode.wellBehaved());
    NodeProcess third =
        one.enlist(_ -> NodeDescription.in(at("apart"), "3", base(one.description()), 2));
    one.start(third);
    two.kill(two.node("1").orElseThrow());
    assertThat(two.ids()).containsExactly("1", "2", "3");
    assertThat(read("apart").nodes())
        .extracting(NodeDescription::running)
        .containsExactly(false, true, true);

    one.start(one.node("1").orElseThrow());
    two.observe();
    assertThat(two.running()).containsExactly("1", "2", "3");
    one.change(book -> book.without("3"));
    two.observe();
    assertThat(two.ids()).containsExactly("1", "2");
    third.stop();
    two.stopAll();
    assertThat(read("apart").nodes()).noneMatch(NodeDescription::running);
  }

  private LocalCluster start(ClusterPlan plan) throws ClusterException {
    return LocalCluster.start(plan, registry, ShellNode.wellBehaved());
  }

  private ClusterDirectory at(String name) {
    return ClusterDirectory.of(folder.resolve(name));
  }

  private ClusterPlan plan(String name) {
    return plan(name, folder.resolve(name));
  }

  private static ClusterPlan plan(String name, Path directory) {
    ClusterDirectory place = ClusterDirectory.of(directory);
    return new ClusterPlan(name, place, OptionalInt.empty(), OptionalInt.empty(), false, false);
  }

  private static ClusterPlan ephemeral(String name) throws ClusterException {
    ClusterDirectory place = ClusterDirectory.temporary(name);
    return new ClusterPlan(name, place, OptionalInt.of(1), OptionalInt.empty(), true, false);
  }

  private ClusterDescription read(String name) throws ClusterException {
    return at(name).read().orElseThrow();
  }
}
