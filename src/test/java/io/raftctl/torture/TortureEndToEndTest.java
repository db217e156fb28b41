package io.raftctl.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.testing.Await;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `raftctl torture` on real processes: a round of each kind, each of which takes hold.
class TortureEndToEndTest {
  @TempDir private Path folder;

  private Order order(String... arguments) {
    return new NodeProcesses(folder, List.of())
        .command(arguments)
        .with("XDG_STATE_HOME", folder.resolve("state").toString());
  }

  private ProcessRun torture(String... arguments) throws Exception {
    return order(arguments).run(Duration.ofSeconds(110));
  }

  @Test
  void eachKindOfRoundTakesHoldAndKeepsEveryPromise() throws Exception {
    ProcessRun run = torture("torture", "--rounds", "5", "-n", "3", "--seed", "1", "-o", "json");
    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonObject json = JsonParser.object().from(run.out());
    assertThat(json.getLong("seed")).isEqualTo(1);
    assertThat(json.isNull("violation")).isTrue();
    assertThat(json.getArray("rounds"))
        .hasSize(5)
        .allSatisfy(
            round -> {
              assertThat(((JsonObject) round).getLong("effects")).isPositive();
              assertThat(((JsonObject) round).getLong("acknowledged")).isGreaterThan(40);
            })
        .extracting(round -> ((JsonObject) round).getString("nemesis"))
        .containsExactlyInAnyOrder("kill", "pause", "block", "restart", "replace");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsOnly("state");
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    ProcessRun run = torture("torture", "--nemesis", "kill,flood");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .contains("'flood' is no nemesis; there are kill, pause, block, restart, replace");
    assertThat(torture("torture", "--rounds", "0").exit()).isEqualTo(2);
    assertThat(torture("torture", "-n", "10").exit()).isEqualTo(2);
  }

  /// Links are cut and no process is ended on purpose, so one that ends did so by itself.
  @Test
  void aNodeThatEndsByItselfBreaksAPromiseAndItsDataStay() throws Exception {
    Process torture = start("torture", "--nemesis", "block", "-n", "3", "--seed", "5");
    try {
      Await.until("a round is over", () -> read("out").contains("round 1: "));
      NodeProcesses.signal(nodes(torture).getFirst().pid(), "KILL");

      assertThat(torture.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(torture.exitValue()).as(read("err")).isEqualTo(1);
      assertThat(read("err"))
          .hasLineCount(1)
          .containsPattern("round [0-9]+: node [1-3] ended by itself with exit code 137")
          .contains("data and logs are in " + directory(), "raftctl torture --seed 5");
      assertThat(directory().resolve("node-1.log")).exists();
    } finally {
      torture.destroyForcibly();
    }
  }

  @Test
  void ctrlCLeavesNothingBehind() throws Exception {
    Process torture = start("torture", "--nemesis", "pause,kill", "-n", "3");
    try {
      Await.until("a round is over", () -> read("out").contains("round 1: "));
      List<ProcessHandle> nodes = nodes(torture);
      assertThat(nodes).isNotEmpty();
      NodeProcesses.signal(torture.pid(), "INT");

      assertThat(torture.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(torture.exitValue()).isEqualTo(130);
      Await.until("they are gone", () -> nodes.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(read("out")).doesNotContain("nothing lost");
    } finally {
      torture.destroyForcibly();
    }
  }

  private Process start(String... arguments) throws IOException {
    Order order = order(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(order.command())
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(order.environment());
    return builder.start();
  }

  private String read(String file) throws IOException {
    return Files.readString(folder.resolve(file));
  }

  /// The processes that run nodes; a shell that guards a frozen one is none.
  private static List<ProcessHandle> nodes(Process torture) {
    return torture
        .descendants()
        .filter(it -> it.info().command().orElse("").endsWith("java"))
        .toList();
  }

  /// Where the cluster's data lie.
  private Path directory() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("raftctl-torture-"))
          .findFirst()
          .orElseThrow();
    }
  }
}
