package io.raftctl.torture.nemesis;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Members;
import io.raftctl.client.Session;
import io.raftctl.cluster.ClusterException;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.NodeProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Breaks nodes as its random source says, and mends them: when a deed is done, all is well again
/// but for what the cluster itself has to catch up with.
public final class Nemesis {
  private static final long POLL_MILLIS = 50;
  private static final Duration BACK = Duration.ofSeconds(30);

  private final LocalCluster cluster;
  private final ClusterClient client;
  private final Random random;
  private final Victims victims;
  private final MachineNemesis machines;

  public Nemesis(LocalCluster cluster, Endpoints endpoints, Random random) {
    this.cluster = cluster;
    this.client = new ClusterClient(endpoints, BACK, new Session());
    this.random = random;
    this.victims = new Victims(cluster, random);
    this.machines = new MachineNemesis(cluster, endpoints, victims, random);
  }

  public Deed strike(Fault fault) throws ClusterException, InterruptedException {
    return switch (fault) {
      case KILL -> kill();
      case PAUSE -> pause();
      case PARTITION -> partition();
      case DISK -> machines.disk();
      case CLOCK -> machines.clock();
      case RESTART -> restart();
      case MEMBERSHIP -> replace();
    };
  }

  /// Mostly a minority; sometimes all at once, as when the power fails.
  private Deed kill() throws ClusterException, InterruptedException {
    List<NodeProcess> those = random.nextInt(4) == 0 ? victims.shuffled() : victims.minority();
    int killed = 0;
    for (NodeProcess victim : those) {
      killed += cluster.kill(victim) ? 1 : 0;
    }
    victims.last();
    for (NodeProcess victim : those) {
      cluster.start(victim);
    }
    return new Deed("killed " + Victims.names(those), killed);
  }

  private Deed pause() throws ClusterException, InterruptedException {
    List<NodeProcess> those = victims.minority();
    int paused = 0;
    for (NodeProcess victim : those) {
      paused += victim.pause() ? 1 : 0;
    }
    victims.last();
    for (NodeProcess victim : those) {
      victim.resume();
    }
    return new Deed("froze " + Victims.names(those), paused);
  }

  private Deed partition() throws ClusterException, InterruptedException {
    List<NodeProcess> those = victims.minority();
    List<NodeProcess> others = victims.shuffled();
    others.removeAll(those);
    long before = cluster.links().dropped();
    String deed =
        switch (random.nextInt(3)) {
          case 0 -> {
            cluster.links().cut(Victims.ids(those), Victims.ids(others));
            yield "muted ";
          }
          case 1 -> {
            cluster.links().cut(Victims.ids(others), Victims.ids(those));
            yield "deafened ";
          }
          default -> {
            cluster.links().partition(List.of(Victims.ids(those), Victims.ids(others)));
            yield "cut off ";
          }
        };
    victims.last();
    long dropped = cluster.links().dropped() - before;
    cluster.links().heal();
    return new Deed(deed + Victims.names(those), dropped);
  }

  private Deed restart() throws ClusterException {
    List<NodeProcess> order = victims.shuffled();
    int restarted = 0;
    for (NodeProcess node : order) {
      restarted += cluster.stop(node) ? 1 : 0;
      cluster.start(node);
      int all = order.size();
      cluster.await(it -> it.leader().isPresent() && it.answers().size() == all, BACK);
    }
    return new Deed("restarted " + Victims.names(order), restarted);
  }

  /// As when a machine is given up: dead every other time, where the others can do without it. The
  /// newcomer is there when it votes.
  private Deed replace() throws ClusterException, InterruptedException {
    int size = cluster.nodes().size();
    if (size == 1) {
      return new Deed("left the only node alone", 0);
    }
    NodeProcess gone = victims.minority().getFirst();
    boolean dead = size > 2 && random.nextBoolean();
    if (dead) {
      cluster.kill(gone);
      victims.last();
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
}
