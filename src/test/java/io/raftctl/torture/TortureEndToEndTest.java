package io.raftctl.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `raftctl torture` on real processes: a round of each kind, each of which takes hold.
class TortureEndToEndTest {
  @TempDir private Path folder;

  private ProcessRun torture(String... arguments) throws Exception {
    NodeProcesses shell = new NodeProcesses(folder, List.of());
    Order order =
        shell.command(arguments).with("XDG_STATE_HOME", folder.resolve("state").toString());
    return order.run(Duration.ofSeconds(110));
  }

  @Test
  void eachKindOfRoundTakesHoldAndKeepsEveryPromise() throws Exception {
    ProcessRun run = torture("torture", "--rounds", "4", "-n", "3", "--seed", "1", "-o", "json");
    assertThat(run.exit()).as(run.out() + run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonObject json = JsonParser.object().from(run.out());
    assertThat(json.getLong("seed")).isEqualTo(1);
    assertThat(json.isNull("violation")).isTrue();
    assertThat(json.getArray("rounds"))
        .hasSize(4)
        .allSatisfy(
            round -> {
              assertThat(((JsonObject) round).getLong("effects")).isPositive();
              assertThat(((JsonObject) round).getLong("acknowledged")).isGreaterThan(40);
            })
        .extracting(round -> ((JsonObject) round).getString("nemesis"))
        .containsExactlyInAnyOrder("kill", "pause", "block", "restart");
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
        .contains("'flood' is no nemesis; there are kill, pause, block, restart");
    assertThat(torture("torture", "--rounds", "0").exit()).isEqualTo(2);
    assertThat(torture("torture", "-n", "10").exit()).isEqualTo(2);
  }
}
