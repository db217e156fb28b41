package io.raftctl.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Session;
import io.raftctl.cluster.observed.NodeProbe;
import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `raftctl torture -e` on nodes that no local cluster knows, and that serve others meanwhile.
class TortureElsewhereEndToEndTest {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(5));

  @TempDir private Path folder;
  private List<String> listen;
  private List<String> http;
  private NodeProcesses shell;

  @BeforeEach
  void choosePorts() throws IOException {
    List<String> addresses = FreePorts.addresses(6);
    listen = addresses.subList(0, 3);
    http = addresses.subList(3, 6);
    shell = new NodeProcesses(folder, listen);
  }

  @AfterEach
  void endAll() throws Exception {
    shell.killAll();
  }

  private void startNodes(String... options) throws Exception {
    for (int i = 1; i <= 3; i++) {
      String line =
          "--id %d --peers %s --http %s --data-dir d%d --snapshot-bytes 256KiB"
              .formatted(i, NodeProcesses.peers(listen), http.get(i - 1), i);
      List<String> words = new ArrayList<>(List.of(line.split(" ")));
      words.addAll(List.of(options));
      shell.start("n" + i, words.toArray(String[]::new));
    }
    shell.awaitLeader();
  }

  private void assertNothingIsBroken() {
    for (int i = 0; i < 3; i++) {
      assertThat(PROBE.status(listen.get(i)))
          .hasValueSatisfying(
              it -> {
                assertThat(it.blocked()).isFalse();
                assertThat(it.blockedLinks()).isEmpty();
              });
    }
  }

  @Test
  void eachFaultTakesHoldAndIsTakenBackWhileOthersWrite() throws Exception {
    startNodes("--faults");
    AtomicBoolean over = new AtomicBoolean();
    Endpoints all = Endpoints.parse(String.join(",", listen), "test");
    ClusterClient other = new ClusterClient(all, Duration.ofSeconds(10), new Session());
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!over.get()) {
                    var _ = other.submit("incr others");
                  }
                });
    ProcessRun run =
        shell
            .command(
                ("torture -e %s --operators %s --rounds 3 --rate 200 --seed 2 -o json"
                        + " --history h.jsonl --report page.html")
                    .formatted(listen.get(1), String.join(",", http))
                    .split(" "))
            .run(Duration.ofSeconds(110));
    over.set(true);
    writer.join();

    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonObject json = JsonParser.object().from(run.out());
    assertThat(json.isNull("violation")).isTrue();
    assertThat(json.getArray("rounds"))
        .allSatisfy(round -> assertThat(((JsonObject) round).getLong("effects")).isPositive())
        .extracting(round -> ((JsonObject) round).getString("nemesis"))
        .containsExactlyInAnyOrder("partition", "disk", "clock");
    assertThat(folder.resolve("page.html")).content().contains("every promise was kept");
    assertNothingIsBroken();
    for (String port : http) {
      JsonObject disk = PROBE.machine(port, "/disk");
      assertThat(disk.getBoolean("full")).isFalse();
      assertThat(disk.getLong("slowSyncMillis")).isZero();
      assertThat(PROBE.machine(port, "/clock").getDouble("rate")).isEqualTo(1);
    }
    shell.assertOk("others\n", "keys"); // What this run has made is gone, and nothing else is.
    assertThat(shell.run("check", "h.jsonl").out()).startsWith("linearizable: ");
  }

  @Test
  void ctrlCHealsWhatIsCut() throws Exception {
    startNodes("--faults");
    Order order =
        shell.command("torture", "-e", String.join(",", listen), "--rate", "100", "--seed", "4");
    ProcessBuilder builder =
        new ProcessBuilder(order.command())
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(order.environment());
    Process torture = builder.start();
    try {
      Await.until("a link is cut", this::somethingIsCut);
      NodeProcesses.signal(torture.pid(), "INT");

      assertThat(torture.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(torture.exitValue()).isEqualTo(130);
      assertThat(Files.readString(folder.resolve("out"))).doesNotContain("nothing lost");
      assertNothingIsBroken();
    } finally {
      torture.destroyForcibly();
    }
  }

  private boolean somethingIsCut() {
    return listen.stream()
        .flatMap(it -> PROBE.status(it).stream())
        .map(NodeReport::blockedLinks)
        .anyMatch(links -> !links.equals(Set.of()));
  }

  @Test
  void nodesWithoutFaultsAreLeftAlone() throws Exception {
    startNodes();
    ProcessRun run = shell.run("torture", "-e", listen.getFirst(), "--rounds", "1");
    assertThat(run.exit()).isEqualTo(5);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("was started without faults");
    shell.assertOk("", "keys");
  }
}
