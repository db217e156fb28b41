package io.raftctl.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.raftctl.testing.Launcher;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `raftctl bench` on real clusters: that it measures, not how fast anything is.
@UsesClusterPorts
class BenchEndToEndTest {
  @TempDir private Path folder;

  @Test
  void putsALoadOnAClusterOfItsOwnAndRemovesIt() throws Exception {
    JsonObject json =
        measure(
            "--clients", "8", "--keys", "50", "--reads", "50", "--warmup", "300ms", "--time", "1s");
    assertThat(json.getString("bench")).isEqualTo("load");
    assertThat(json.getInt("nodes")).isEqualTo(3);
    assertThat(json.getString("fileSystem")).isNotEmpty();
    assertThat(json.getInt("failed")).isZero();
    assertThat(json.getInt("unknown")).isZero();
    assertThat(json.getDouble("measuredSeconds")).isGreaterThanOrEqualTo(1);
    assertThat(json.getDouble("clientCpuMicrosPerRequest")).isPositive();
    assertThat(json.getDouble("nodesCpuMicrosPerRequest")).isPositive();
    int done = 0;
    for (String kind : new String[] {"writes", "reads"}) {
      JsonObject requests = json.getObject(kind);
      done += requests.getInt("done");
      assertThat(requests.getInt("done")).as(kind).isPositive();
      assertThat(requests.getDouble("donePerSecond")).isPositive();
      assertThat(requests.getDouble("p50Millis")).isPositive();
      for (String percentile : new String[] {"p90Millis", "p99Millis", "p999Millis"}) {
        assertThat(requests.getDouble(percentile))
            .isBetween(requests.getDouble("p50Millis"), requests.getDouble("maxMillis"));
      }
    }
    assertThat(json.getInt("done")).isEqualTo(done);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsOnly("state");
    }
  }

  @Test
  void saysTheSameAsATable() throws Exception {
    ProcessRun run = raftctl("-n", "1", "--clients", "2", "--warmup", "100ms", "--time", "300ms");
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .containsPattern("DONE +PER SECOND +P50 MS")
        .containsPattern("writes +[1-9]")
        .contains("failed 0, outcome unknown 0")
        .doesNotContain("reads ");
  }

  @Test
  void timesStartsFailoversAndIdleness() throws Exception {
    assertTimings(measure("start", "--runs", "1"), 1);
    assertTimings(measure("failover", "--runs", "2"), 2);
    JsonArray nodes = measure("idle", "--warmup", "100ms", "--time", "1s").getArray("nodes");
    assertThat(nodes).hasSize(3);
    assertThat(nodes.stream().filter(node -> ((JsonObject) node).getBoolean("leader"))).hasSize(1);
    assertThat(nodes)
        .allSatisfy(
            node -> assertThat(((JsonObject) node).getDouble("cpuPercent")).isNotNegative());
  }

  @Test
  void timesCommandsOfTheShell() throws Exception {
    JsonObject json = measure("command", "-n", "1", "--runs", "2");
    assertThat(json.getBoolean("aotCache")).isTrue();
    assertTimings(json.getObject("get"), 2);
    assertTimings(json.getObject("status"), 2);
  }

  @Test
  void failsWhereNothingWasDone() throws Exception {
    ProcessRun run = raftctl("-e", "127.0.0.1:1", "--timeout", "500ms");
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("raftctl: ").hasLineCount(1);
  }

  @Test
  void refusesOptionsThatMeanNothingHere() throws Exception {
    assertUsage(raftctl("start", "--clients", "3"), "--clients means nothing to bench start");
    assertUsage(raftctl("fast"), "'fast' cannot be measured");
    assertUsage(raftctl("-e", "127.0.0.1:1", "-n", "3"), "--nodes is for a cluster of its own");
    assertUsage(raftctl("--key-size", "3"), "--key-size must be");
    assertUsage(raftctl("--jvm", "slow"), "'slow' is no profile");
  }

  private static void assertTimings(JsonObject json, int runs) {
    assertThat(json.getInt("runs")).isEqualTo(runs);
    assertThat(json.getArray("millis")).hasSize(runs);
    double min = json.getDouble("minMillis");
    assertThat(min).isPositive();
    assertThat(json.getDouble("medianMillis")).isBetween(min, json.getDouble("maxMillis"));
  }

  private static void assertUsage(ProcessRun run, String message) {
    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains(message).hasLineCount(1);
  }

  private JsonObject measure(String... arguments) throws Exception {
    ProcessRun run = raftctl(Stream.concat(Stream.of(arguments), Stream.of("-o", "json")));
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
    return parse(run.out());
  }

  private static JsonObject parse(String line) throws JsonParserException {
    return JsonParser.object().from(line);
  }

  private ProcessRun raftctl(String... arguments) throws Exception {
    return raftctl(Stream.of(arguments));
  }

  private ProcessRun raftctl(Stream<String> arguments) throws Exception {
    String[] command =
        Stream.concat(Stream.of(Launcher.PATH, "bench"), arguments).toArray(String[]::new);
    return Order.of(folder, command)
        .with(Launcher.environment())
        .with("XDG_STATE_HOME", folder.resolve("state").toString())
        .run();
  }
}
