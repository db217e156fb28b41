package io.raftctl.torture;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Members;
import io.raftctl.client.Session;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import io.raftctl.cluster.observed.NodeReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/// Breaks nodes as its random source says, and mends them: when a deed is done, all is well again
/// but for what the cluster itself has to catch up with.
final class Nemesis {
  private static final int LASTS_MILLIS_MIN = 200;
  private static final int LASTS_MILLIS_MAX = 2000;
  private static final long POLL_MILLIS = 50;
  private static final Duration BACK = Duration.ofSeconds(30);

  private final LocalCluster cluster;
  private final ClusterClient client;
  private final Random random;

  /// What was done.
  ///
  /// @param words to whom, in a few words
  /// @param effects how often it took hold
  record Deed(String words, long effects) {}

  Nemesis(LocalCluster cluster, Endpoints endpoints, Random random) {
    this.cluster = cluster;
    this.client = new ClusterClient(endpoints, BACK, new Session());
    this.random = random;
  }

  Deed strike(Fault fault) throws ClusterException, InterruptedException {
    return switch (fault) {
      case KILL -> kill();
      case PAUSE -> pause();
      case BLOCK -> block();
      case RESTART -> restart();
      case REPLACE -> replace();
    };
  }

  /// Mostly a minority; sometimes all at once, as when the power fails.
  private Deed kill() throws ClusterException, InterruptedException {
    List<NodeProcess> victims = random.nextInt(4) == 0 ? shuffled() : minority();
    int killed = 0;
    for (NodeProcess victim : victims) {
      killed += cluster.kill(victim) ? 1 : 0;
    }
    last();
    for (NodeProcess victim : victims) {
      cluster.start(victim);
    }
    return new Deed("killed " + names(victims), killed);
  }

  private Deed pause() throws ClusterException, InterruptedException {
    List<NodeProcess> victims = minority();
    int paused = 0;
    for (NodeProcess victim : victims) {
      paused += victim.pause() ? 1 : 0;
    }
    last();
    for (NodeProcess victim : victims) {
      victim.resume();
    }
    return new Deed("froze " + names(victims), paused);
  }

  private Deed block() throws ClusterException, InterruptedException {
    List<NodeProcess> victims = minority();
    List<NodeProcess> others = shuffled();
    others.removeAll(victims);
    long before = cluster.links().dropped();
    String deed =
        switch (random.nextInt(3)) {
          case 0 -> {
            cluster.links().cut(ids(victims), ids(others));
            yield "muted ";
          }
          case 1 -> {
            cluster.links().cut(ids(others), ids(victims));
            yield "deafened ";
          }
          default -> {
            cluster.links().partition(List.of(ids(victims), ids(others)));
            yield "cut off ";
          }
        };
    last();
    long dropped = cluster.links().dropped() - before;
    cluster.links().heal();
    return new Deed(deed + names(victims), dropped);
  }

  private Deed restart() throws ClusterException {
    List<NodeProcess> order = shuffled();
    int restarted = 0;
    for (NodeProcess node : order) {
      restarted += cluster.stop(node) ? 1 : 0;
      cluster.start(node);
      int all = order.size();
      cluster.await(it -> it.leader().isPresent() && it.answers().size() == all, BACK);
    }
    return new Deed("restarted " + names(order), restarted);
  }

  /// As when a machine is given up: dead every other time, where the others can do without it. The
  /// newcomer is there when it votes.
  private Deed replace() throws ClusterException, InterruptedException {
    int size = cluster.nodes().size();
    if (size == 1) {
      return new Deed("left the only node alone", 0);
    }
    NodeProcess gone = minority().getFirst();
    boolean dead = size > 2 && random.nextBoolean();
    if (dead) {
      cluster.kill(gone);
      last();
    }
    gone.mayEnd(); // It is told that it is no member any more.
    given(client.changeMembers(new Members.Wish(List.of(), List.of(), List.of(gone.id()))));
    String id = String.valueOf(highestId() + 1);
    cluster.members().replace(gone, id);
    long deadline = System.nanoTime() + BACK.toNanos();
    while (!votes(id)) {
      if (System.nanoTime() > deadline) {
        throw ClusterException.negative(
            "within " + BACK.toSeconds() + "s node " + id + " did not become a voter", "");
      }
      Thread.sleep(POLL_MILLIS);
    }
    return new Deed("replaced " + (dead ? "dead " : "") + gone.id() + " by " + id, 1);
  }

  private boolean votes(String id) throws ClusterException {
    return given(client.members()).members().stream()
        .anyMatch(member -> member.id().equals(id) && member.role().equals("voter"));
  }

  private int highestId() {
    return cluster.nodes().stream().mapToInt(node -> Integer.parseInt(node.id())).max().orElse(0);
  }

  private static Members given(Answer<Members> answer) throws ClusterException {
    return switch (answer) {
      case Answer.Given<Members>(Members members) -> members;
      case Answer.Missing<Members>(var problem) ->
          throw ClusterException.unavailable(
              "the members cannot be changed: " + problem.message(), problem.hint());
    };
  }

  /// The leader is among them every other time: it has the most to lose.
  private List<NodeProcess> minority() {
    List<NodeProcess> order = shuffled();
    boolean wantsLeader = random.nextBoolean();
    int count = 1 + random.nextInt(Math.max(1, (order.size() - 1) / 2));
    String leader = cluster.observe().leader().map(NodeReport::id).orElse("");
    for (int i = 0; i < order.size(); i++) {
      if (wantsLeader && order.get(i).id().equals(leader)) {
        Collections.swap(order, 0, i);
      }
    }
    return order.subList(0, count);
  }

  private List<NodeProcess> shuffled() {
    List<NodeProcess> order = new ArrayList<>(cluster.nodes());
    Collections.shuffle(order, random);
    return order;
  }

  /// Lets the fault do its work.
  private void last() throws InterruptedException {
    Thread.sleep(random.nextInt(LASTS_MILLIS_MIN, LASTS_MILLIS_MAX));
  }

  private static List<String> ids(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::id).toList();
  }

  private static String names(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::id).collect(Collectors.joining(" "));
  }
}
