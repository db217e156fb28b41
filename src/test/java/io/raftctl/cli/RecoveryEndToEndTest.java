package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster that loses its quorum, what its directories tell, and what is made of one of them.
class RecoveryEndToEndTest {
  private static final String LAUNCHER = System.getProperty("raftctl.launcher", "raftctl");

  @TempDir Path folder;
  private final List<Integer> ports = new ArrayList<>();
  private final List<Process> nodes = new ArrayList<>();

  @BeforeEach
  void startThree() throws Exception {
    ports.addAll(freePorts(4));
    for (int id = 1; id <= 3; id++) {
      nodes.add(start("old", id, "d/" + id, peers()));
    }
    Await.until("a leader", () -> run("status").out().contains("leader"));
    for (int i = 1; i <= 5; i++) {
      assertThat(run("put", "k" + i, "v" + i)).isEqualTo(new ProcessRun(0, "OK\n", ""));
    }
    Await.until("all have it", this::dumpsAgree);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    killAll();
  }

  @Test
  void everythingAcknowledgedThatTheSurvivorHeldIsThere() throws Exception {
    killAll();
    Map<String, String> before = fingerprint("d/2");
    assertThat(run("log", "verify", "d/1", "d/2", "d/3").exit()).isZero();
    ProcessRun dry = run("recover", "--from", "d/2", "--as", "7", "--dry-run");
    assertThat(dry.exit()).isZero();
    assertThat(dry.err()).isEmpty();
    assertThat(dry.out())
        .contains("node 2 of cluster old")
        .contains("committed  up to entry ")
        .contains("doubtful   entries ")
        .contains("lost       whatever was acknowledged behind entry ");

    ProcessRun done =
        run("recover", "--from", "d/2", "--as", "7", "--data-dir", "n", "--cluster", "new");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.out()).contains("node 7 of cluster new begins in term ");
    assertThat(fingerprint("d/2")).as("the survivor is as it was").isEqualTo(before);

    nodes.add(start("new", 7, "n", "7=127.0.0.1:" + ports.get(3)));
    String endpoint = "127.0.0.1:" + ports.get(3);
    for (int i = 1; i <= 5; i++) {
      assertThat(run("get", "k" + i, "-e", endpoint).out()).isEqualTo("v" + i + "\n");
    }
    assertThat(run("put", "k6", "v6", "-e", endpoint).out()).isEqualTo("OK\n");
    ProcessRun again = run("recover", "--from", "d/2", "--as", "7", "--data-dir", "d/3");
    assertThat(again.exit()).isEqualTo(6);
    assertThat(again.err()).hasLineCount(1).contains("choose an empty one");
  }

  @Test
  void aDirectoryInUseIsReadAndNeverRecoveredFrom() throws Exception {
    ProcessRun refused = run("recover", "--from", "d/2", "--as", "7", "--data-dir", "n");
    assertThat(refused.exit()).isEqualTo(6);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).hasLineCount(1).contains("in use", "stop that node first");
    assertThat(folder.resolve("n")).doesNotExist();

    ProcessRun verified = run("log", "verify", "d/2");
    assertThat(verified.exit()).as(verified.out()).isZero();
    assertThat(verified.err()).isEmpty();
    assertThat(verified.out()).contains("d/2 is intact: node 2 of cluster old", "moment's picture");
    assertThat(run("log", "dump", "d/2").out())
        .startsWith("# a node uses d/2")
        .contains("put k1 v1");
    assertThat(run("log", "dump", "d/2", "-o", "json").out())
        .contains(
            "\"kind\":\"command\"", "\"command\":\"put k5 v5\"", "\"position\":\"log-00000001");
  }

  @Test
  void directoriesAndLiveNodesAreCompared() throws Exception {
    String live = "127.0.0.1:" + ports.getFirst();
    ProcessRun same = run("log", "diff", "d/1", "d/2", "d/3", live, "3");
    assertThat(same.exit()).as(same.out() + same.err()).isZero();
    assertThat(same.out()).startsWith("the same from entry 1 to ");
    assertThat(run("log", "verify", live).out()).contains(live + " is intact");
    assertThat(run("log", "dump", live, "--from", "3").out()).contains("command\t", "put k5 v5");
    assertThat(run("log").out()).hasLineCount(5).contains("put k1 v1");

    killAll();
    assertThat(run("recover", "--from", "d/1", "--as", "7", "--data-dir", "n").exit()).isZero();
    String cluster = run("recover", "--from", "d/1", "--as", "7", "--dry-run", "-o", "json").out();
    String name = cluster.split("\"cluster\":\"", 2)[1].split("\"", 2)[0];
    nodes.add(start(name, 7, "n", "7=127.0.0.1:" + ports.get(3)));
    String endpoint = "127.0.0.1:" + ports.get(3);
    assertThat(run("put", "k", "other", "-e", endpoint).out()).isEqualTo("OK\n");
    ProcessRun longer = run("log", "diff", "d/1", endpoint);
    assertThat(longer.exit()).isZero();
    assertThat(longer.out()).contains("d/1 ends with entry ", "the longest with ");
  }

  @Test
  void aDamagedDirectoryIsNamedAndRefused() throws Exception {
    killAll();
    Path segment = folder.resolve("d/2/log-00000001");
    byte[] bytes = Files.readAllBytes(segment);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("put k3 v3");
    bytes[at + 8] = '4';
    Files.write(segment, bytes);

    ProcessRun verified = run("log", "verify", "d/1", "d/2");
    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.out())
        .contains("d/1 is intact", "d/2 is damaged", "log-00000001, byte ", "checksum of entry ");
    assertThat(verified.err()).hasLineCount(1).contains("d/2 is damaged", "restore the files");
    ProcessRun refused = run("recover", "--from", "d/2", "--as", "7", "--data-dir", "n");
    assertThat(refused.exit()).isEqualTo(6);
    assertThat(refused.err()).hasLineCount(1).contains("checksum of entry ");
    ProcessRun dumped = run("log", "dump", "d/2");
    assertThat(dumped.exit()).isEqualTo(6);
    assertThat(dumped.out()).contains("\tdamaged\t", "put k2 v2", "put k5 v5");
  }

  private boolean dumpsAgree() throws Exception {
    return run("log", "dump", "d/1").out().contains("put k5 v5")
        && run("log", "dump", "d/2").out().contains("put k5 v5")
        && run("log", "dump", "d/3").out().contains("put k5 v5");
  }

  private String peers() {
    List<String> peers = new ArrayList<>();
    for (int id = 1; id <= 3; id++) {
      peers.add(id + "=127.0.0.1:" + ports.get(id - 1));
    }
    return String.join(",", peers);
  }

  private void killAll() throws InterruptedException {
    for (Process node : nodes) {
      node.destroyForcibly().waitFor();
    }
    nodes.clear();
  }

  private Process start(String cluster, int id, String data, String peers) throws Exception {
    Path ready = folder.resolve(id + ".ready");
    Order order =
        command(
            "node",
            "--cluster=" + cluster,
            "--id=" + id,
            "--listen=127.0.0.1:" + ports.get(Math.min(id, 4) - 1),
            "--http=127.0.0.1:0",
            "--peers=" + peers,
            "--data-dir=" + data,
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

  private ProcessRun run(String... arguments) throws Exception {
    return command(arguments).run();
  }

  private Order command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(LAUNCHER));
    words.addAll(List.of(arguments));
    return Order.of(folder, words.toArray(String[]::new))
        .with("RAFTCTL_ENDPOINTS", "127.0.0.1:" + ports.getFirst() + ",127.0.0.1:" + ports.get(1))
        .with("RAFTCTL_JAVA_HOME", System.getProperty("java.home"))
        .with("RAFTCTL_AOT", "off");
  }

  /// The files with their sizes, contents and times.
  private Map<String, String> fingerprint(String directory) throws IOException {
    TreeMap<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(directory))) {
      for (Path file : files.toList()) {
        FileTime changed = Files.getLastModifiedTime(file);
        int content = Arrays.hashCode(Files.readAllBytes(file));
        all.put(file.getFileName().toString(), changed + " " + Files.size(file) + " " + content);
      }
    }
    return all;
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
