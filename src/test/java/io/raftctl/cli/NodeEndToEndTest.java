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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node as a process, and the commands of a shell against it.
class NodeEndToEndTest {
  private static final String LAUNCHER = System.getProperty("raftctl.launcher", "raftctl");

  @TempDir Path folder;
  private String listen;
  private String http;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void choosePorts() throws IOException {
    listen = "127.0.0.1:" + freePort();
    http = "127.0.0.1:" + freePort();
  }

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void itSaysWhenItServesAndStopsCleanlyWhenItIsTold(String signal) throws Exception {
    Process node = startNode();

    new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid())).start().waitFor();

    assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isZero();
    assertThat(Files.readString(folder.resolve("node.out")))
        .hasLineCount(1)
        .isEqualTo(Files.readString(folder.resolve("ready")))
        .contains(listen, http);
    assertThat(Files.readString(folder.resolve("node.err")))
        .contains("leader")
        .doesNotContain("Exception", "\tat ", "WARNING");
  }

  @Test
  void whatWasWrittenOutlivesAKill() throws Exception {
    Process node = startNode();
    assertOk("OK\n", "put", "greeting", "hello, world");
    assertOk("3\n", "incr", "n", "3");
    node.destroyForcibly().waitFor();

    startNode();

    assertOk("hello, world\n", "get", "greeting");
    assertOk("greeting\nn\n", "keys");
  }

  @Test
  void linesGoThroughInTheirOrder() throws Exception {
    startNode();
    StringBuilder lines = new StringBuilder();
    StringBuilder replies = new StringBuilder();
    for (int i = 1; i <= 2000; i++) {
      lines.append("incr n\n");
      replies.append(i).append('\n');
    }

    assertThat(command("submit", "-").reading(lines.toString()).run())
        .isEqualTo(new ProcessRun(0, replies.toString(), ""));
  }

  /// Cron and containers mostly have no locale.
  @Test
  void anArgumentArrivesAsItIsWhateverTheLocale() throws Exception {
    startNode();
    String umlaut = "\"$(printf '\\303\\274')\"";

    ProcessRun put = shell(LAUNCHER + " put k " + umlaut).with("LC_ALL", "C").run();

    assertThat(put).isEqualTo(new ProcessRun(0, "OK\n", ""));
    assertOk("ü\n", "get", "k");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoError() throws Exception {
    startNode();
    String pipe = "seq 500 | sed s/^/incr\\ n\\ / | " + LAUNCHER + " submit - | head -1";
    assertThat(shell(pipe).run()).isEqualTo(new ProcessRun(0, "1\n", ""));
    assertThat(shell(LAUNCHER + " log | head -1; " + LAUNCHER + " help | head -1").run().err())
        .isEmpty();
  }

  /// Nobody saw a reply, so only the exit code can tell that not all was done.
  @Test
  void linesThatWereNotSubmittedAreAnErrorAlsoWhereNobodyReadsTheReplies() throws Exception {
    startNode();
    String submit = "seq 1000000 | sed 's/.*/incr n/' | " + LAUNCHER + " submit -";

    ProcessRun run = shell("{ " + submit + "; echo $? >code; } | head -1").run();

    assertThat(run.out()).isEqualTo("1\n");
    assertThat(folder.resolve("code")).hasContent("6");
    Matcher told =
        Pattern.compile("raftctl: standard output .* after ([0-9]+) commands .* no more .*; .*\n")
            .matcher(run.err());
    assertThat(told.matches()).as(run.err()).isTrue();
    assertOk(told.group(1) + "\n", "get", "n");
  }

  @Test
  void aFullDiskUnderItsOutputIsAnError() throws Exception {
    ProcessRun run = shell(LAUNCHER + " help >/dev/full").run();

    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err()).startsWith("raftctl: cannot write to standard output: ").hasLineCount(1);
  }

  @Test
  void aBusyPortOrDirectoryIsOneLineAndTheNodeThatHasItGoesOn() throws Exception {
    startNode();
    List<Order> others =
        List.of(
            command("node", "--listen", listen, "--http", free(), "--data-dir", "other"),
            command("node", "--listen", free(), "--http", http, "--data-dir", "other"),
            command("node", "--listen", free(), "--http", free(), "--data-dir", "data"),
            command("node", "--listen", free(), "--http", free(), "--data-dir", "/proc/none"));

    for (Order other : others) {
      ProcessRun run = other.run();
      assertThat(run.exit()).as("%s: %s", other.command(), run.err()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("raftctl: ").hasLineCount(1);
    }
    assertOk("OK\n", "put", "k", "v");
  }

  @Test
  void everySettingComesFromTheEnvironmentToo() throws Exception {
    Order order =
        command("node")
            .with("RAFTCTL_ID", "7")
            .with("RAFTCTL_LISTEN", listen)
            .with("RAFTCTL_HTTP", http)
            .with("RAFTCTL_PEERS", "7=" + listen)
            .with("RAFTCTL_DATA_DIR", "seven")
            .with("RAFTCTL_CLUSTER", "blue")
            .with("RAFTCTL_ELECTION_TIMEOUT", "200ms")
            .with("RAFTCTL_HEARTBEAT", "20ms")
            .with("RAFTCTL_FAULTS", "yes")
            .with("RAFTCTL_READY_FILE", "ready");
    start(order);

    assertOk("7 blocked\n", "block", "7");
    assertOk("7 unblocked\n", "unblock", "--all");
    assertThat(command("status").run().out()).startsWith("cluster blue, leader 7, ");
    assertThat(folder.resolve("seven")).isDirectory();
  }

  private Process startNode() throws Exception {
    return start(
        command(
            "node",
            "--listen",
            listen,
            "--http",
            http,
            "--data-dir",
            "data",
            "--ready-file",
            "ready"));
  }

  private Process start(Order order) throws Exception {
    Files.deleteIfExists(folder.resolve("ready"));
    ProcessBuilder builder =
        new ProcessBuilder(order.command())
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("node.out").toFile())
            .redirectError(folder.resolve("node.err").toFile());
    builder.environment().putAll(order.environment());
    Process process = builder.start();
    processes.add(process);
    Await.until(
        "the node serves",
        () -> {
          assertThat(process.isAlive()).isTrue();
          return Files.exists(folder.resolve("ready"));
        });
    Await.until("it leads", () -> command("status").run().exit() == 0);
    return process;
  }

  private void assertOk(String out, String... arguments) throws Exception {
    assertThat(command(arguments).run()).isEqualTo(new ProcessRun(0, out, ""));
  }

  private Order command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(LAUNCHER));
    words.addAll(List.of(arguments));
    return inOurs(Order.of(folder, words.toArray(String[]::new)));
  }

  private Order shell(String script) {
    return inOurs(Order.of(folder, "sh", "-c", script));
  }

  private Order inOurs(Order order) {
    return order
        .with("RAFTCTL_ENDPOINTS", listen)
        .with("RAFTCTL_JAVA_HOME", System.getProperty("java.home"))
        .with("RAFTCTL_AOT", "off");
  }

  private static String free() throws IOException {
    return "127.0.0.1:" + freePort();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
