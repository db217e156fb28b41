package io.raftctl.server.packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three real nodes on three machines of their own, an operator on a fourth, and packets that are
/// dropped between them.
class PacketBlockEndToEndTest {
  private static final String PEERS = "1=10.213.77.1:8080,2=10.213.77.2:8080,3=10.213.77.3:8080";
  private static final int OPERATOR = 4;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private Namespaces machines;

  @BeforeEach
  void wire() throws Exception {
    String missing = Namespaces.missing();
    assumeTrue(missing.isEmpty(), missing);
    machines = new Namespaces(4);
  }

  @AfterEach
  void unwire() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    if (machines != null) {
      machines.close();
    }
  }

  private Process start(int node) throws IOException {
    return start(node, "--peers", PEERS);
  }

  /// @param belonging the option that says whom it belongs to, and its value
  private Process start(int node, String belonging, String whom) throws IOException {
    Process process =
        new ProcessBuilder(
                machines.command(
                    node,
                    System.getProperty("java.home") + "/bin/java",
                    "-jar",
                    System.getProperty("raftctl.jar"),
                    "node",
                    "--id",
                    String.valueOf(node),
                    "--listen",
                    Namespaces.address(node) + ":8080",
                    "--http",
                    "0.0.0.0:9090",
                    belonging,
                    whom,
                    "--data-dir",
                    folder.resolve("data" + node).toString(),
                    "--faults",
                    "--packets"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log" + node).toFile())
            .start();
    processes.add(process);
    return process;
  }

  /// What an operator's request to a node's HTTP port is answered, over real packets.
  private String ask(int node, String path) throws Exception {
    return ask(node, 9090, path);
  }

  private String ask(int node, int port, String path) throws Exception {
    String request =
        ("exec 3<>/dev/tcp/%s/%d; "
                + "printf 'GET %s HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n' >&3; cat <&3")
            .formatted(Namespaces.address(node), port, path);
    ProcessRun run = machines.run(OPERATOR, "timeout", "5", "bash", "-c", request);
    return run.out();
  }

  private int leader(int... among) throws Exception {
    for (int node : among) {
      if (ask(node, "/status").contains("\"role\":\"leader\"")) {
        return node;
      }
    }
    throw new IOException("no leader yet");
  }

  private String rules(int node) throws Exception {
    return machines.run(node, "nft", "list", "ruleset").out();
  }

  @Test
  void aBlockedLeaderIsReplacedStaysReachableAndComesBack() throws Exception {
    for (int node = 1; node <= 3; node++) {
      start(node);
    }
    Await.until("there is a leader", () -> leader(1, 2, 3) > 0);
    int old = leader(1, 2, 3);
    int a = old == 1 ? 2 : 1;
    int b = old == 3 ? 2 : 3;

    assertThat(ask(old, "/block")).startsWith("HTTP/1.1 204");
    Await.until("the others elect a leader of their own", () -> leader(a, b) > 0);
    assertThat(ask(old, "/status")).contains("\"blocked\":true");
    assertThat(machines.reaches(a, old, 8080)).isFalse();
    assertThat(machines.reaches(old, a, 8080)).isFalse();
    assertThat(machines.reaches(OPERATOR, old, 8080)).as("clients reach it").isTrue();

    assertThat(ask(old, "/unblock")).startsWith("HTTP/1.1 204");
    Await.until(
        "it follows", () -> ask(old, "/status").contains("\"leader\":\"" + leader(a, b) + "\""));
    assertThat(rules(old)).doesNotContain("raftctl");
  }

  @Test
  void aRestartHealsWhatAKilledNodeLeftBehind() throws Exception {
    start(1);
    start(2);
    Process killed = start(3);
    Await.until("there is a leader", () -> leader(1, 2, 3) > 0);
    assertThat(ask(3, "/block")).startsWith("HTTP/1.1 204");
    killed.destroyForcibly().waitFor();
    assertThat(rules(3)).contains("raftctl_3_");

    Process again = start(3);
    Await.until("it is back", () -> ask(3, "/readyz").startsWith("HTTP/1.1 200"));
    assertThat(rules(3)).doesNotContain("raftctl");
    assertThat(Files.readString(folder.resolve("log3"))).doesNotContain("packets");

    assertThat(ask(3, "/block")).startsWith("HTTP/1.1 204");
    again.destroy();
    assertThat(again.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(rules(3)).doesNotContain("raftctl");
  }

  @Test
  void aNodeThatJoinedIsCutOffAndCutsOff() throws Exception {
    start(1, "--peers", peer(1));
    Await.until("there is a leader", () -> leader(1) > 0);
    start(2, "--join", Namespaces.address(1) + ":8080");
    Await.until(
        "its own log says that it belongs to the cluster",
        () ->
            ask(2, 8080, "/v1/members").contains("\"id\":\"2\",\"address\":\"10.213.77.2:8080\""));

    assertThat(ask(2, "/block")).startsWith("HTTP/1.1 204");
    assertThat(machines.reaches(2, 1, 8080)).isFalse();
    assertThat(ask(2, "/unblock")).startsWith("HTTP/1.1 204");
    assertThat(machines.reaches(2, 1, 8080)).isTrue();

    assertThat(ask(1, "/block")).startsWith("HTTP/1.1 204");
    assertThat(machines.reaches(1, 2, 8080)).isFalse();
    assertThat(machines.reaches(OPERATOR, 1, 8080)).as("clients reach it").isTrue();
  }

  private static String peer(int node) {
    return node + "=" + Namespaces.address(node) + ":8080";
  }
}
