package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Session;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.cluster.observed.Observation;
import io.raftctl.cluster.observed.Together;
import io.raftctl.testing.Await;
import io.raftctl.testing.CuttableDisk;
import io.raftctl.testing.UsesClusterPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three real processes, each on an ext4 file system of its own whose power is cut while clients
/// write: what was acknowledged is there afterwards, once, on every node.
///
/// After a cut the node's process cannot write any more and ends; the file system is mounted again,
/// which replays its journal, and the node starts on what is left. What such a cut takes, and what
/// it cannot take, is told by [CuttableDisk].
///
/// `-Dpower.cuts=100,50` sets how often one node is cut, and how often all of them at once.
@Timeout(7200)
@UsesClusterPorts
class PowerLossEndToEndTest {
  private static final String CUTS = System.getProperty("power.cuts");
  private static final String FEW_CUTS = "2,2";
  private static final Duration WAIT = Duration.ofSeconds(60);

  /// A write that fails is noticed at once.
  private static final Duration NOTICED = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Short, so that some increments end in doubt while there is no leader.
  private static final Duration IMPATIENCE = Duration.ofMillis(700);

  /// Of 60 KB each, with which the log fills its segments; they come and go within a few cuts.
  private static final String SNAPSHOT_BYTES = "--snapshot-bytes=4MiB";

  /// How a node ends whose disk fails.
  private static final int LOCAL_IO = 6;

  @TempDir private Path folder;
  private final Map<String, CuttableDisk> disks = new ConcurrentSkipListMap<>();
  private final Map<String, Integer> ends = new ConcurrentSkipListMap<>();
  private final List<CountedKey> counted =
      IntStream.rangeClosed(1, 4).mapToObj(number -> new CountedKey("counted-" + number)).toList();
  private final BulkyKey bulky = new BulkyKey();
  private final List<StreamClient> clients = new ArrayList<>();
  private LocalCluster cluster;
  private Endpoints endpoints;
  private int ofLeaders;
  private int killed;

  @BeforeEach
  void requireDisks() throws Exception {
    String missing = CuttableDisk.missing(Files.createDirectory(folder.resolve("probe")));
    assumeTrue(missing.isEmpty(), missing);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    bulky.halt();
    counted.forEach(CountedKey::halt);
    clients.forEach(StreamClient::close);
    try {
      if (cluster != null) {
        cluster.close();
      }
    } finally {
      for (CuttableDisk disk : disks.values()) {
        disk.close();
      }
    }
  }

  /// The instrument itself: without it, a node that never syncs would pass.
  @Test
  void aCutTakesWhatWasNotSyncedAndNothingElse() throws Exception {
    Path mounted = folder.resolve("disk");
    disks.put("1", CuttableDisk.make(folder.resolve("disk.img"), mounted));
    Path synced = Files.writeString(mounted.resolve("synced"), "before");
    try (FileChannel channel = FileChannel.open(synced, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.writeString(synced, "after", StandardOpenOption.WRITE);
    Files.writeString(mounted.resolve("unsynced"), "gone");
    CuttableDisk.cut(List.copyOf(disks.values()));
    assertThatThrownBy(() -> Files.writeString(mounted.resolve("late"), "refused"))
        .isInstanceOf(IOException.class);

    disks.get("1").restore();
    assertThat(synced).hasContent("before");
    assertThat(mounted.resolve("unsynced")).doesNotExist();
    Files.writeString(mounted.resolve("late"), "taken");
  }

  @Test
  void nothingAcknowledgedIsLostWhenOneNodeLosesItsPower() throws Exception {
    start();
    int cuts = cuts(0);
    for (int cut = 1; cut <= cuts; cut++) {
      boolean leads = cut % 2 == 1;
      Random random = new Random(cut);
      run(
          cut,
          leader -> {
            List<NodeProcess> followers = new ArrayList<>(cluster.nodes());
            followers.remove(leader);
            return List.of(leads ? leader : followers.get(random.nextInt(followers.size())));
          });
    }
    assertThat(ofLeaders).isEqualTo((cuts + 1) / 2);
    tell(cuts + " cuts of one node");
  }

  @Test
  void nothingAcknowledgedIsLostWhenAllNodesLoseTheirPowerAtOnce() throws Exception {
    start();
    int cuts = cuts(1);
    for (int cut = 1; cut <= cuts; cut++) {
      run(cut, _ -> cluster.nodes());
    }
    tell(cuts + " cuts of all nodes");
  }

  /// Who is to lose its power, given who leads.
  private interface Choice {
    List<NodeProcess> of(NodeProcess leader);
  }

  private void start() throws Exception {
    ClusterPlan plan =
        new ClusterPlan(
            "power",
            ClusterDirectory.of(folder.resolve("power")),
            OptionalInt.of(3),
            OptionalInt.empty(),
            false,
            false);
    NodeProgram program =
        (node, name, seat, ready, endsWithParent) -> {
          List<String> words =
              new ArrayList<>(
                  new JarNodeProgram().command(node, name, seat, ready, endsWithParent));
          words.add(SNAPSHOT_BYTES);
          return words;
        };
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("registry"));
    cluster = LocalCluster.start(plan, registry, program, this::mountDataDirectories);
    cluster.onUnexpectedEndOfNode((node, code) -> ends.put(node.id(), code.orElse(-1)));
    endpoints =
        Endpoints.parse(
            String.join(",", cluster.nodes().stream().map(NodeProcess::address).toList()),
            "the test");
  }

  private void mountDataDirectories(ClusterDescription description) {
    try {
      for (NodeDescription node : description.nodes()) {
        Path image = folder.resolve(node.id() + ".img");
        disks.put(node.id(), CuttableDisk.make(image, node.data()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while mounting", e);
    }
  }

  /// One cut: clients write, some nodes lose their power and come back, clients write again, and
  /// when all is quiet the nodes hold what the clients were told.
  private void run(int cut, Choice choice) throws Exception {
    clients.add(bulky.start(endpoints, PATIENCE));
    for (int i = 0; i < counted.size(); i++) {
      clients.add(counted.get(i).start(endpoints, i % 2 == 0 ? PATIENCE : IMPATIENCE));
    }
    awaitAcknowledged(200 + new Random(cut).nextInt(400), "before cut " + cut);
    NodeProcess leader = awaitLeader();
    List<NodeProcess> victims = choice.of(leader);
    ends.clear();
    CuttableDisk.cut(victims.stream().map(victim -> disks.get(victim.id())).toList());
    ofLeaders += victims.contains(leader) ? 1 : 0;
    for (NodeProcess victim : victims) {
      awaitEnd(victim);
    }
    if (victims.size() == 1) {
      awaitAcknowledged(50, "without node " + victims.getFirst().id() + ", at cut " + cut);
    }
    for (NodeProcess victim : victims) {
      disks.get(victim.id()).restore();
    }
    Together.run(victims.stream().map(this::startOf).toList());
    awaitAcknowledged(50, "after cut " + cut);
    judge(cut);
  }

  private Callable<Boolean> startOf(NodeProcess node) {
    return () -> {
      cluster.start(node);
      return true;
    };
  }

  /// A node that has anything to write ends by itself, and says why. One that has not is killed: a
  /// follower, perhaps, whose leader has lost its disk in the same moment.
  private void awaitEnd(NodeProcess victim) throws Exception {
    try {
      Await.until("node " + victim.id() + " ends", NOTICED, () -> ends.containsKey(victim.id()));
    } catch (AssertionError e) {
      killed++;
      cluster.kill(victim);
      return;
    }
    assertThat(ends).containsEntry(victim.id(), LOCAL_IO);
  }

  private void judge(int cut) throws Exception {
    bulky.stop();
    for (CountedKey key : counted) {
      key.stop();
    }
    clients.forEach(StreamClient::close);
    clients.clear();
    ClusterClient client = new ClusterClient(endpoints, WAIT, new Session());
    Observation view = cluster.await(seen -> seen.converged(cluster.ids()), WAIT);
    assertThat(view.converged(cluster.ids())).as("all nodes agree after cut %d", cut).isTrue();
    for (CountedKey key : counted) {
      key.judge(cluster.nodes(), client);
    }
    bulky.judge(cluster.nodes(), client);
  }

  private void awaitAcknowledged(long more, String when) {
    long before = acknowledged();
    Await.until("increments are acknowledged " + when, () -> acknowledged() >= before + more);
  }

  private long acknowledged() {
    return counted.stream().mapToLong(CountedKey::acknowledged).sum();
  }

  private NodeProcess awaitLeader() throws Exception {
    Observation view = cluster.await(seen -> seen.leader().isPresent(), WAIT);
    return cluster.node(view.leader().orElseThrow().id()).orElseThrow();
  }

  private static int cuts(int place) {
    return Integer.parseInt((CUTS == null ? FEW_CUTS : CUTS).split(",", -1)[place]);
  }

  /// Where it was asked for, the numbers are wanted too.
  private void tell(String cuts) {
    if (CUTS != null) {
      System.out.printf(
          "%s, %d of a leader among them: %d increments acknowledged, none lost, none doubled;"
              + " %d processes killed that had not ended by themselves%n",
          cuts, ofLeaders, acknowledged(), killed);
    }
  }
}
