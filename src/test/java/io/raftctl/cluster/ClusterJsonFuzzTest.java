package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.fuzz.Inputs;
import io.raftctl.fuzz.Mutation;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A `cluster.json` that somebody has edited, or that lies where another program has one.
@Timeout(86_400)
class ClusterJsonFuzzTest {
  private static final Path PLACE = Path.of("/clusters/demo");

  private static final String WRITTEN =
      ClusterJson.write(
          new ClusterDescription(
              "demo",
              "demo-1",
              PLACE,
              new ProcessIdentity(4711, 1_767_225_600_000L),
              true,
              false,
              "1=127.0.0.1:7001",
              List.of(node(1), node(2))));

  private static NodeDescription node(int id) {
    return NodeDescription.in(
        ClusterDirectory.of(PLACE), String.valueOf(id), new Ports(7001, 3), id - 1);
  }

  @Test
  void itIsUnderstoodOrRefused() throws Exception {
    new Inputs(getClass(), 0.04, 4_000, 16 << 20).each(ClusterJsonFuzzTest::attempt);
  }

  private static void attempt(RandomGenerator random) {
    String text =
        random.nextInt(50) == 0
            ? "{\"nodes\": " + "[".repeat(random.nextInt(20_000))
            : Mutation.of(WRITTEN, random);
    ClusterDescription read;
    try {
      read = ClusterJson.read(text, PLACE);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
      return;
    }
    assertThat(read.basePort()).isNotNull();
    for (NodeDescription node : read.nodes()) {
      assertThat(node.port()).isPositive();
      assertThat(node.httpPort()).isPositive();
    }
  }
}
