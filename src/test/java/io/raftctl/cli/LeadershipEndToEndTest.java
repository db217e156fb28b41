package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Leadership that changes hands on purpose, and reads that need no leader at hand.
///
/// Nodes 2 and 3 wait ten minutes before they miss a leader. So whenever one of them leads, it was
/// asked to.
class LeadershipEndToEndTest {
  private static final String LAUNCHER = System.getProperty("raftctl.launcher", "raftctl");

  @TempDir Path folder;
  private final List<String> addresses = new ArrayList<>();
  private final List<Process> nodes = new ArrayList<>();

  @BeforeEach
  void startThree() throws Exception {
    for (int port : freePorts(3)) {
      addresses.add("127.0.0.1:" + port);
    }
    nodes.add(start(1, "500ms"));
    nodes.add(start(2, "10m"));
    nodes.add(start(3, "10m"));
    Await.until("node 1 leads", () -> leader().equals("1"));
  }

  @AfterEach
  void endAll() {
    nodes.forEach(Process::destroyForcibly);
  }

  @Test
  void aLeaderThatIsToldToEndHandsOverFirst() throws Exception {
    assertOk("OK\n", "put", "k", "v");
    nodes.getFirst().destroy();
    assertThat(nodes.getFirst().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(nodes.getFirst().exitValue()).isZero();

    assertOk("OK\n", "put", "k", "w");
    assertThat(leader()).isIn("2", "3");
    assertThat(Files.readString(folder.resolve("1.err"))).contains("handed over to " + leader());
  }

  @Test
  void itGoesToWhomeverIsNamed() throws Exception {
    assertOk("3 leads term 2\n", "leader", "transfer", "3");
    assertOk("3 leads term 2\n", "leader", "transfer", "3");
    assertOk("{\"leader\":\"2\",\"term\":3}\n", "leader", "transfer", "2", "-o", "json");
    assertOk("OK\n", "put", "k", "v");
  }

  @Test
  void whoIsDownCannotLeadAndTheLeaderGoesOn() throws Exception {
    nodes.getLast().destroyForcibly().waitFor();
    ProcessRun run = command("leader", "transfer", "3", "--timeout", "3s").run();
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("within 3s");
    assertOk("OK\n", "put", "k", "v");
    assertThat(leader()).isEqualTo("1");
  }

  @Test
  void aNodeThatDoesNotExistIsAMistake() throws Exception {
    assertThat(command("leader", "transfer", "9").run().exit()).isEqualTo(2);
    assertThat(command("leader", "transfer", "all").run().exit()).isEqualTo(2);
    assertThat(command("leader", "depose").run().exit()).isEqualTo(2);
    assertThat(leader()).isEqualTo("1");
  }

  @Test
  void aFollowerAnswersReadsOnlyWithALeaderBehindIt() throws Exception {
    assertOk("OK\n", "put", "k", "v");
    assertOk("v\n", "get", "k", "-e", addresses.get(1));
    assertOk("v\n", "get", "k", "--consistency", "lease");

    signal(nodes.getFirst(), "STOP");
    try {
      ProcessRun lost = command("get", "k", "-e", addresses.get(1), "--timeout", "1s").run();
      assertThat(lost.exit()).isEqualTo(3);
      assertOk("v\n", "get", "k", "-e", addresses.get(1), "--consistency", "stale");
      ProcessRun stale = stale(addresses.get(1));
      assertThat(stale.out()).contains("\"value\":\"v\"", "\"leaderSilentMillis\":");
    } finally {
      signal(nodes.getFirst(), "CONT");
    }
  }

  private ProcessRun stale(String node) throws Exception {
    return command("get", "k", "-e", node, "--consistency", "stale", "-o", "json").run();
  }

  private static void signal(Process node, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid())).start().waitFor();
  }

  private String leader() throws Exception {
    String out = command("status").run().out();
    String[] words = out.split("leader ", 2);
    return words.length < 2 ? "" : words[1].split(",", 2)[0];
  }

  private Process start(int id, String electionTimeout) throws Exception {
    List<String> peers = new ArrayList<>();
    for (int peer = 1; peer <= addresses.size(); peer++) {
      peers.add(peer + "=" + addresses.get(peer - 1));
    }
    Path ready = folder.resolve(id + ".ready");
    Order order =
        command(
            "node",
            "--id=" + id,
            "--listen=" + addresses.get(id - 1),
            "--http=127.0.0.1:0",
            "--peers=" + String.join(",", peers),
            "--data-dir=" + id,
            "--election-timeout=" + electionTimeout,
            "--ready-file=" + ready);
    ProcessBuilder builder =
        new ProcessBuilder(order.command())
            .directory(folder.toFile())
            .redirectOutput(folder.resolve(id + ".out").toFile())
            .redirectError(folder.resolve(id + ".err").toFile());
    builder.environment().putAll(order.environment());
    Process process = builder.start();
    Await.until("node " + id + " serves", () -> Files.exists(ready));
    return process;
  }

  private void assertOk(String out, String... arguments) throws Exception {
    assertThat(command(arguments).run()).isEqualTo(new ProcessRun(0, out, ""));
  }

  private Order command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(LAUNCHER));
    words.addAll(List.of(arguments));
    return Order.of(folder, words.toArray(String[]::new))
        .with("RAFTCTL_ENDPOINTS", String.join(",", addresses))
        .with("RAFTCTL_JAVA_HOME", System.getProperty("java.home"))
        .with("RAFTCTL_AOT", "off");
  }

  /// Held together until all are known, so that none comes twice.
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      ports.add(socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }
}
