package io.raftctl.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.raftctl.proto.legacy.ClientRequestArgs;
import io.raftctl.proto.legacy.RpcGrpc;
import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Builds the image, composes the cluster of three, and uses it from the host. Where that cannot
/// be, it says why and is skipped.
@Timeout(600)
class DockerEndToEndTest {
  private static final Path LAUNCHER = Path.of(System.getProperty("raftctl.launcher"));

  private static ComposedCluster cluster;

  @BeforeAll
  static void compose() throws Exception {
    Optional<String> obstacle = ComposedCluster.obstacle();
    obstacle.ifPresent(it -> System.out.println("DockerEndToEndTest is skipped: " + it));
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    cluster = ComposedCluster.start();
  }

  @AfterAll
  static void leaveNothingBehind() throws Exception {
    if (cluster != null) {
      cluster.close();
      assertThat(cluster.remains()).isEmpty();
    }
  }

  @Test
  void aBlockedLeaderIsReplacedStaysReachableAndCatchesUp() throws Exception {
    int deposed = cluster.awaitLeader(ComposedCluster.IDS);
    List<Integer> others = ComposedCluster.IDS.stream().filter(id -> id != deposed).toList();
    assertThat(submit(ComposedCluster.IDS, "put fence up")).isEqualTo("OK\n");

    assertThat(cluster.operator(deposed, "/block").statusCode()).isEqualTo(204);
    int elected = cluster.awaitLeader(others);
    assertThat(submit(others, "put fence painted")).isEqualTo("OK\n");

    JsonObject cutOff = cluster.status(deposed);
    assertThat(cutOff.getBoolean("blocked")).isTrue();
    assertThat(cutOff.getLong("commitIndex"))
        .isLessThan(cluster.status(elected).getLong("commitIndex"));

    assertThat(cluster.operator(deposed, "/unblock").statusCode()).isEqualTo(204);
    cluster.awaitLeader(ComposedCluster.IDS);
    assertThat(cluster.status(deposed).getBoolean("blocked")).isFalse();
    assertThat(submit(ComposedCluster.IDS, "get fence")).isEqualTo("painted\n");
    awaitEqualLogs();
  }

  @Test
  void aBlockedFollowerStopsNobodyAndCatchesUp() throws Exception {
    int leader = cluster.awaitLeader(ComposedCluster.IDS);
    int follower = leader % 3 + 1;
    List<Integer> others = ComposedCluster.IDS.stream().filter(id -> id != follower).toList();

    assertThat(cluster.operator(follower, "/block").statusCode()).isEqualTo(204);
    Await.until(
        "the follower misses its leader",
        () -> cluster.status(follower).getString("role").equals("pre-candidate"));
    assertThat(submit(others, "put quiet yes")).isEqualTo("OK\n");
    assertThat(cluster.operator(follower, "/unblock").statusCode()).isEqualTo(204);

    cluster.awaitLeader(ComposedCluster.IDS);
    awaitEqualLogs();
  }

  @Test
  void aClientOfTheGoProjectFindsTheLeaderAndNobodyElse() throws Exception {
    // Once more where another node came to lead between the questions.
    Await.until(
        "the leader alone answers yes",
        () -> {
          int leader = cluster.awaitLeader(ComposedCluster.IDS);
          List<Integer> yes = new ArrayList<>();
          for (int id : ComposedCluster.IDS) {
            if (legacyRequest(id, "put asked " + id)) {
              yes.add(id);
            }
          }
          return yes.equals(List.of(leader))
              && submit(ComposedCluster.IDS, "get asked").equals(leader + "\n");
        });
  }

  @Test
  void theNodeIsProcessOneStopsOnTheSignalAndKeepsItsData() throws Exception {
    cluster.awaitLeader(ComposedCluster.IDS);
    submit(ComposedCluster.IDS, "put kept yes");

    cluster.compose("stop", "--timeout", "30");
    for (int id : ComposedCluster.IDS) {
      // It would be 137 where the engine had lost patience and killed it.
      assertThat(cluster.inspect(id, "{{.State.ExitCode}}")).isEqualTo("0");
    }

    cluster.compose("up", "--detach", "--force-recreate");
    cluster.awaitLeader(ComposedCluster.IDS);
    assertThat(submit(ComposedCluster.IDS, "get kept")).isEqualTo("yes\n");
  }

  @Test
  void theNodeIsHealthyAndNotRoot() throws Exception {
    for (int id : ComposedCluster.IDS) {
      Await.until(
          "node " + id + " is healthy",
          () -> cluster.inspect(id, "{{.State.Health.Status}}").equals("healthy"));
      assertThat(cluster.compose("exec", "-T", "node" + id, "id", "-un")).isEqualTo("raftctl\n");
    }
    assertThat(cluster.compose("exec", "-T", "node1", "raftctl", "status")).contains("leader");
  }

  private static void awaitEqualLogs() {
    Await.until(
        "every node has committed the same commands in the same order",
        () -> {
          String log = cluster.log(1);
          return log.contains("\n") && log.equals(cluster.log(2)) && log.equals(cluster.log(3));
        });
  }

  /// Submits from the host through the real launcher, and returns the reply.
  private static String submit(List<Integer> to, String command) throws Exception {
    String endpoints = String.join(",", to.stream().map(cluster::endpoint).toList());
    String[] line =
        Stream.concat(
                Stream.of(LAUNCHER.toString(), "submit", "-e", endpoints, "--timeout", "20s"),
                Stream.of(command.split(" ")))
            .toArray(String[]::new);
    ProcessRun run =
        Order.of(Path.of(System.getProperty("raftctl.basedir")), line)
            .with("RAFTCTL_JAVA_HOME", System.getProperty("java.home"))
            .with("RAFTCTL_AOT", "off")
            .run();
    assertThat(run.exit()).as("%s%n%s", command, run.err()).isZero();
    assertThat(run.err()).isEmpty();
    return run.out();
  }

  /// What the Go project's client does: it hands over a command and hears whether that was the
  /// leader.
  private static boolean legacyRequest(int id, String command) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(cluster.endpoint(id)).usePlaintext().build();
    try {
      return RpcGrpc.newBlockingStub(channel)
          .clientRequest(ClientRequestArgs.newBuilder().setCmd(command).build())
          .getIsLeader();
    } finally {
      channel.shutdownNow();
    }
  }
}
