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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A few lines of shell, made fault-tolerant: a sum that survives its program and its leader.
class ExecEndToEndTest {
  private static final String LAUNCHER = System.getProperty("raftctl.launcher", "raftctl");

  /// Adds up what it is told. `who` is what no deterministic program would answer; `complain` is
  /// for the log.
  private static final String SUM =
      """
      echo $$ > pid.$RAFTCTL_NODE; n=0
      while IFS= read -r line; do
        case $line in
          who) echo "I am $RAFTCTL_NODE";;
          complain) echo "out of paper" >&2; echo done;;
          *) n=$((n + line)); echo $n;;
        esac
      done
      """;

  @TempDir Path folder;
  private final List<String> addresses = new ArrayList<>();
  private final List<Process> nodes = new ArrayList<>();

  @BeforeEach
  void startThree() throws Exception {
    for (int port : freePorts(3)) {
      addresses.add("127.0.0.1:" + port);
    }
    for (int id = 1; id <= 3; id++) {
      nodes.add(start(id));
    }
    Await.until("somebody leads", () -> !leader().isEmpty());
  }

  @AfterEach
  void endAll() {
    nodes.forEach(Process::destroyForcibly);
  }

  @Test
  void theSumOutlivesItsProgramAndItsLeader() throws Exception {
    assertOk("5\n", "submit", "5");
    String leader = leader();
    long program = program(leader);
    signal(program, "KILL");
    assertOk("12\n", "submit", "7");
    assertThat(program(leader)).isNotEqualTo(program);
    assertThat(log(leader)).contains("the program is lost: it ended");

    nodes.get(Integer.parseInt(leader) - 1).destroyForcibly().waitFor();
    assertOk("20\n", "submit", "8", "--timeout", "30s");
    Await.until("its program ends with it", () -> !alive(program(leader)));
    nodes.set(Integer.parseInt(leader) - 1, start(Integer.parseInt(leader)));
    Await.until("it has caught up", () -> status().contains("\"lag\":0") && reachable() == 3);
    assertOk("21\n", "submit", "1");
    assertThat(status()).doesNotContain("differ");
  }

  @Test
  void aProgramThatHangsStopsTheApplyingAndNothingElse() throws Exception {
    assertOk("5\n", "submit", "5");
    String leader = leader();
    String term = term();
    signal(program(leader), "STOP");
    try {
      ProcessRun run = command("submit", "7", "--timeout", "1s").run();
      assertThat(run.exit()).isEqualTo(4);
      Await.until("status says so", () -> status().contains("no reply to entry 3 for"));
      Await.until("the log says so", () -> log(leader).contains("no reply to entry 3"));
      assertThat(leader()).isEqualTo(leader);
      assertThat(term()).isEqualTo(term);
    } finally {
      signal(program(leader), "CONT");
    }
    assertOk("13\n", "submit", "1");
    Await.until("it is well", () -> log(leader).contains("the program answers again"));
    assertThat(term()).isEqualTo(term);
  }

  @Test
  void replicasThatDisagreeAreNamed() throws Exception {
    assertOk("5\n", "submit", "5");
    String leader = leader();
    assertOk("I am " + leader + "\n", "submit", "who");
    String other = leader.equals("1") ? "2" : "1";
    String expected =
        "replies differ: to entry 3 node %s replied 'I am %s' and node %s 'I am %s'"
            .formatted(other, other, leader, leader);
    Await.until("status names them", () -> status().contains(expected));
    assertThat(log(other)).contains(expected);
    assertOk("6\n", "submit", "1");
  }

  @Test
  void whatHasNoPlaceInItIsRefused() throws Exception {
    ProcessRun read = command("get", "x").run();
    assertThat(read.exit()).isEqualTo(2);
    assertThat(read.err()).hasLineCount(1).contains("answers no reads; submit the command");
    assertThat(read.out()).isEmpty();

    assertOk("done\n", "submit", "complain");
    Await.until("it is in the log", () -> log(leader()).contains("program: out of paper"));
    ProcessRun save = command("snapshot", "save", "x.snap").run();
    assertThat(save.exit()).isNotZero();
    assertThat(save.err()).hasLineCount(1).contains("no snapshot");
  }

  private long program(String node) throws IOException {
    return Long.parseLong(Files.readString(folder.resolve("pid." + node)).strip());
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private String log(String node) throws IOException {
    return Files.readString(folder.resolve(node + ".err"));
  }

  private static void signal(long pid, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
  }

  private String status() throws Exception {
    return command("status", "-o", "json").run().out();
  }

  private int reachable() throws Exception {
    return status().split("\"reachable\":true", -1).length - 1;
  }

  private String leader() throws Exception {
    String out = command("status").run().out();
    String[] words = out.split("leader ", 2);
    return words.length < 2 ? "" : words[1].split(",", 2)[0];
  }

  private String term() throws Exception {
    return command("status").run().out().lines().findFirst().orElse("").split("term ", 2)[1];
  }

  private Process start(int id) throws Exception {
    List<String> peers = new ArrayList<>();
    for (int peer = 1; peer <= addresses.size(); peer++) {
      peers.add(peer + "=" + addresses.get(peer - 1));
    }
    Path ready = folder.resolve(id + ".ready");
    Files.deleteIfExists(ready);
    Order order =
        command(
            "node",
            "--id=" + id,
            "--listen=" + addresses.get(id - 1),
            "--http=127.0.0.1:0",
            "--peers=" + String.join(",", peers),
            "--data-dir=" + id,
            "--election-timeout=500ms",
            "--exec=" + SUM,
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
