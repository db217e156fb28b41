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

/// Breaks the nodes of a local cluster, whose processes it can end and start, as its random source
/// says.
public final class ProcessNemesis implements Nemesis {
  private static final long POLL_MILLIS = 50;
  private static final Duration BACK = Duration.ofSeconds(30);

  private final LocalCluster cluster;
  private final ClusterClient client;
  private final Random random;
  private final Victims victims;
  private final LinkNemesis links;
  private final MachineNemesis machines;
  private final DiskNemesis disks;

  /// @param prefix of the keys that are its own
  public ProcessNemesis(
      LocalCluster cluster, Endpoints endpoints, String prefix, Gate gate, Random random) {
    this.cluster = cluster;
    this.client = new ClusterClient(endpoints, BACK, new Session());
    this.random = random;
    this.victims = new Victims(cluster::ids, cluster::observe, random);
    this.links = new LinkNemesis(new ProcessLinks(cluster), cluster::ids, victims, gate, random);
    this.machines =
        new MachineNemesis(
            id -> node(id).machine(), endpoints, prefix + "filler", victims, gate, random);
    this.disks = new DiskNemesis(cluster, victims, gate, random);
  }

  /// As [Links].
  private record ProcessLinks(LocalCluster cluster) implements Links {
    @Override
    public void cut(List<String> from, List<String> to) throws ClusterException {
      cluster.links().cut(from, to);
    }

    @Override
    public void heal() throws ClusterException {
      cluster.links().heal();
    }

    @Override
    public long dropped() {
      return cluster.links().dropped();
    }
  }

  @Override
  public Deed strike(Fault fault) throws ClusterException, InterruptedException {
    return switch (fault) {
      case KILL -> kill();
      case PAUSE -> pause();
      case PARTITION -> links.partition();
      case DISK -> disk();
      case CLOCK -> machines.clock();
      case RESTART -> restart();
      case MEMBERSHIP -> replace();
    };
  }

  private NodeProcess node(String id) {
    return cluster.node(id).orElseThrow();
  }

  private List<NodeProcess> nodes(List<String> ids) {
    return ids.stream().map(this::node).toList();
  }

  /// Mostly a minority; sometimes all at once, as when the power fails.
  private Deed kill() throws ClusterException, InterruptedException {
    List<String> those = random.nextInt(4) == 0 ? victims.shuffled() : victims.minority();
    int killed = 0;
    for (NodeProcess victim : nodes(those)) {
      killed += cluster.kill(victim) ? 1 : 0;
    }
    victims.last();
    for (NodeProcess victim : nodes(those)) {
      cluster.start(victim);
    }
    return new Deed("killed " + Victims.names(those), killed);
  }

  private Deed pause() throws ClusterException, InterruptedException {
    List<String> those = victims.minority();
    int paused = 0;
    for (NodeProcess victim : nodes(those)) {
      paused += victim.pause() ? 1 : 0;
    }
    victims.last();
    for (NodeProcess victim : nodes(those)) {
      victim.resume();
    }
    return new Deed("froze " + Victims.names(those), paused);
  }

  private Deed disk() throws ClusterException, InterruptedException {
    return switch (random.nextInt(4)) {
      case 0 -> machines.slow();
      case 1 -> machines.full();
      case 2 -> disks.fail();
      default -> disks.rot();
    };
  }

  private Deed restart() throws ClusterException {
    List<String> order = victims.shuffled();
    int restarted = 0;
    for (NodeProcess node : nodes(order)) {
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
    NodeProcess gone = node(victims.minority().getFirst());
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
