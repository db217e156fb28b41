package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.LogEntry;
import io.raftctl.client.Outcome;
import io.raftctl.client.Problem;
import io.raftctl.client.Session;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.testing.Await;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands as large as a node takes them, and a little smaller, pass wherever messages have a
/// limit: from the client over HTTP and over a stream, to followers one by one and in a hurry to
/// one that was away, over the ends of segments, into the log that is shown and to who reads.
@Timeout(300)
@UsesClusterPorts
class LargestCommandEndToEndTest {
  private static final int BYTES_MAX = 1 << 20;
  private static final Duration WAIT = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private LocalCluster cluster;
  private Endpoints endpoints;

  @BeforeEach
  void start() throws Exception {
    ClusterPlan plan =
        new ClusterPlan(
            "large",
            ClusterDirectory.of(folder.resolve("large")),
            OptionalInt.of(3),
            OptionalInt.empty(),
            false,
            false);
    cluster =
        LocalCluster.start(
            plan, new ClusterRegistry(folder.resolve("registry")), new JarNodeProgram());
    endpoints =
        Endpoints.parse(
            String.join(",", cluster.nodes().stream().map(NodeProcess::address).toList()),
            "the test");
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void theLargestCommandsPassAtEveryBoundary() throws Exception {
    ClusterClient client = new ClusterClient(endpoints, WAIT, new Session());
    assertThat(client.submit("put first 1")).isInstanceOf(Outcome.Done.class);
    NodeProcess away = cluster.nodes().getLast();
    assertThat(cluster.kill(away)).isTrue();

    List<String> commands = commands();
    try (StreamClient stream = new StreamClient(endpoints, WAIT)) {
      for (int i = 0; i < commands.size(); i++) {
        Outcome outcome =
            i % 2 == 0 ? client.submit(commands.get(i)) : submit(stream, commands.get(i));
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
      }
      assertTooLarge(client.submit(command(0, BYTES_MAX + 1)));
      assertTooLarge(submit(stream, command(0, BYTES_MAX + 1)));
    }

    cluster.start(away);
    Await.until("the node that was away holds them all", () -> shownBy(away).containsAll(commands));
    for (int i = 0; i < commands.size(); i++) {
      assertThat(client.read("get k" + i))
          .isInstanceOfSatisfying(Outcome.Done.class, done -> assertThat(done.ok()).isTrue());
    }
    assertThat(client.read("get k0"))
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done -> assertThat("put k0 " + done.reply()).isEqualTo(commands.getFirst()));
  }

  /// More than a segment of them.
  private static List<String> commands() {
    List<String> commands = new ArrayList<>();
    for (int less = 0; less <= 64; less += 4) {
      commands.add(command(commands.size(), BYTES_MAX - less));
    }
    for (int around = -1; around <= 1; around++) {
      commands.add(command(commands.size(), BYTES_MAX / 2 + around));
    }
    return commands;
  }

  private static String command(int key, int bytes) {
    String head = "put k" + key + " ";
    return head + "v".repeat(bytes - head.length());
  }

  private static Outcome submit(StreamClient stream, String command) throws Exception {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    stream.submit(command.getBytes(StandardCharsets.UTF_8), outcome::complete);
    return outcome.get(WAIT.toSeconds() + 10, TimeUnit.SECONDS);
  }

  private static void assertTooLarge(Outcome outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.NotApplied.class,
            refused -> assertThat(refused.problem().code()).isEqualTo(Problem.Code.TOO_LARGE));
  }

  /// The commands that this node has committed, from its own log.
  private List<String> shownBy(NodeProcess node) {
    ClusterClient client =
        new ClusterClient(
            Endpoints.parse(node.address(), "the test"), Duration.ofSeconds(5), new Session());
    List<String> commands = new ArrayList<>();
    if (!(client.reachAny() instanceof Answer.Given<ClusterClient.Reached>(var reached))) {
      return commands;
    }
    long next = 1;
    while (client.log(reached.endpoint(), next, Duration.ZERO)
            instanceof Answer.Given<List<LogEntry>>(List<LogEntry> entries)
        && !entries.isEmpty()) {
      entries.forEach(entry -> commands.add(String.valueOf(entry.text())));
      next = entries.getLast().index() + 1;
    }
    return commands;
  }
}
