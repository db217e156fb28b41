package io.raftctl.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.testing.Await;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import io.raftctl.testing.UsesClusterPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `raftctl torture` on real processes: a round of each kind, each of which takes hold.
@UsesClusterPorts
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
    ProcessRun run =
        torture(
            ("torture --rounds 7 -n 3 --seed 1 --workload bank -o json"
                    + " --history h.jsonl --report page.html")
                .split(" "));
    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonObject json = JsonParser.object().from(run.out());
    assertThat(json.getLong("seed")).isEqualTo(1);
    assertThat(json.isNull("violation")).isTrue();
    assertThat(json.getArray("rounds"))
        .hasSize(7)
        .allSatisfy(
            round -> {
              assertThat(((JsonObject) round).getLong("effects")).isPositive();
              assertThat(((JsonObject) round).getLong("acknowledged")).isGreaterThan(40);
              assertThat(((JsonObject) round).getLong("operations")).isGreaterThan(10);
            })
        .extracting(round -> ((JsonObject) round).getString("nemesis"))
        .containsExactlyInAnyOrder(
            "kill", "pause", "partition", "disk", "clock", "restart", "membership");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsOnly("state", "h.jsonl", "page.html");
    }
    assertThat(read("page.html"))
        .contains("raftctl torture", "every promise was kept", "\"nemesis\":\"kill\"")
        .doesNotContain("src=", "href=", "@DATA@");
    assertThat(read("h.jsonl")).contains("\"f\":\"cas\"", "{\"fault\":\"");
    assertThat(json.getLong("operations"))
        .isEqualTo(read("h.jsonl").lines().filter(it -> it.contains("\"f\":")).count());
    ProcessRun check = torture("check", "h.jsonl");
    assertThat(check.out()).startsWith("linearizable: ");
    assertThat(check.exit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"append", "lock"})
  void eachWorkloadIsLinearizable(String workload) throws Exception {
    ProcessRun run =
        torture(
            ("torture --rounds 1 -n 3 --nemesis partition --history h.jsonl --workload " + workload)
                .split(" "));
    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains(" of the " + workload + " workload: linearizable");
    assertThat(read("h.jsonl")).hasLineCount((int) read("h.jsonl").lines().distinct().count());
    ProcessRun check = torture("check", "h.jsonl");
    assertThat(check.out()).startsWith("linearizable: ");
    assertThat(check.exit()).isZero();
  }

  /// Somebody else has written to the clients' keys before, so they read what none of them wrote.
  @Test
  void whatNoOrderExplainsIsFoundAndDrawn() throws Exception {
    Process torture = start("torture", "--nemesis", "pause", "-n", "3", "--seed", "3");
    try {
      Await.until("a round is over", () -> read("out").contains("round 1: "));
      StringBuilder foreign = new StringBuilder();
      for (int round = 4; round < 40; round++) { // Not the one that runs now.
        for (int key = 1; key <= 3; key++) {
          foreign.append("put torture-%d-rw%d foreign\n".formatted(round, key));
        }
      }
      ProcessRun submitted =
          new NodeProcesses(directory(), List.of())
              .command("submit", "-")
              .reading(foreign.toString())
              .run(Duration.ofSeconds(30));
      assertThat(submitted.exit()).as(submitted.err()).isZero();
      assertThat(torture.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(torture.exitValue()).as(read("err")).isEqualTo(1);
      assertThat(read("err"))
          .hasLineCount(1)
          .containsPattern(
              "round [0-9]+: no order of the operations on torture-[0-9]+-rw[1-3] explains")
          .contains("history.html", "raftctl torture --seed 3");
      assertThat(directory().resolve("history.html")).exists();
      ProcessRun check = torture("check", directory().resolve("history.jsonl").toString());
      assertThat(check.exit()).isEqualTo(1);
    } finally {
      torture.destroyForcibly();
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsSaidBeforeAnythingStarts() throws Exception {
    ProcessRun run = torture("torture", "--history", "no/such/folder/h.jsonl");
    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err()).hasLineCount(1).contains("no/such/folder/h.jsonl");
    ProcessRun page = torture("torture", "--report", "no/such/folder/p.html");
    assertThat(page.exit()).isEqualTo(6);
    assertThat(page.err()).hasLineCount(1).contains("no/such/folder/p.html");
  }

  @Test
  void whatMakesNoSenseIsRefused() throws Exception {
    ProcessRun run = torture("torture", "--nemesis", "kill,flood");
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .hasLineCount(1)
        .contains(
            "'flood' is no nemesis; there are kill, pause, partition, disk, clock, restart,"
                + " membership");
    ProcessRun workload = torture("torture", "--workload", "flood");
    assertThat(workload.exit()).isEqualTo(2);
    assertThat(workload.err())
        .hasLineCount(1)
        .contains("'flood' is no workload; there are register, append, lock, bank");
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
