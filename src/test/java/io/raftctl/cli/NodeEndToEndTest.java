package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.ProcessRun.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  @TempDir Path folder;
  private String listen;
  private String http;
  private NodeProcesses shell;

  @BeforeEach
  void choosePorts() throws IOException {
    List<String> addresses = FreePorts.addresses(2);
    listen = addresses.getFirst();
    http = addresses.getLast();
    shell = new NodeProcesses(folder, List.of(listen));
  }

  @AfterEach
  void endAll() throws Exception {
    shell.killAll();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void itSaysWhenItServesAndStopsCleanlyWhenItIsTold(String signal) throws Exception {
    Process node = startNode();

    NodeProcesses.signal(node.pid(), signal);

    assertThat(node.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(node.exitValue()).isZero();
    assertThat(Files.readString(folder.resolve("node.out")))
        .hasLineCount(1)
        .isEqualTo(Files.readString(folder.resolve("node.ready")))
        .contains(listen, http);
    assertThat(shell.log("node"))
        .contains("leader")
        .doesNotContain("Exception", "\tat ", "WARNING");
  }

  @Test
  void whatWasWrittenOutlivesAKill() throws Exception {
    Process node = startNode();
    shell.assertOk("OK\n", "put", "greeting", "hello, world");
    shell.assertOk("3\n", "incr", "n", "3");
    node.destroyForcibly().waitFor();

    startNode();

    shell.assertOk("hello, world\n", "get", "greeting");
    shell.assertOk("greeting\nn\n", "keys");
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

    assertThat(shell.command("submit", "-").reading(lines.toString()).run())
        .isEqualTo(new ProcessRun(0, replies.toString(), ""));
  }

  /// Cron and containers mostly have no locale.
  @Test
  void anArgumentArrivesAsItIsWhateverTheLocale() throws Exception {
    startNode();
    String umlaut = "\"$(printf '\\303\\274')\"";

    ProcessRun put = shell.script("$RAFTCTL put k " + umlaut).with("LC_ALL", "C").run();

    assertThat(put).isEqualTo(new ProcessRun(0, "OK\n", ""));
    shell.assertOk("ü\n", "get", "k");
  }

  @Test
  void aReaderThatHasSeenEnoughIsNoError() throws Exception {
    startNode();
    String pipe = "seq 500 | sed s/^/incr\\ n\\ / | $RAFTCTL submit - | head -1";
    assertThat(shell.script(pipe).run()).isEqualTo(new ProcessRun(0, "1\n", ""));
    assertThat(shell.script("$RAFTCTL log | head -1; $RAFTCTL help | head -1").run().err())
        .isEmpty();
  }

  /// Nobody saw a reply, so only the exit code can tell that not all was done.
  @Test
  void linesThatWereNotSubmittedAreAnErrorAlsoWhereNobodyReadsTheReplies() throws Exception {
    startNode();
    String submit = "seq 1000000 | sed 's/.*/incr n/' | $RAFTCTL submit -";

    ProcessRun run = shell.script("{ " + submit + "; echo $? >code; } | head -1").run();

    assertThat(run.out()).isEqualTo("1\n");
    assertThat(folder.resolve("code")).hasContent("6");
    Matcher told =
        Pattern.compile("raftctl: standard output .* after ([0-9]+) commands .* no more .*; .*\n")
            .matcher(run.err());
    assertThat(told.matches()).as(run.err()).isTrue();
    shell.assertOk(told.group(1) + "\n", "get", "n");
  }

  @Test
  void aFullDiskUnderItsOutputIsAnError() throws Exception {
    ProcessRun run = shell.script("$RAFTCTL help >/dev/full").run();

    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.err()).startsWith("raftctl: cannot write to standard output: ").hasLineCount(1);
  }

  @Test
  void aBusyPortOrDirectoryIsOneLineAndTheNodeThatHasItGoesOn() throws Exception {
    startNode();
    List<Order> others =
        List.of(
            shell.command(
                "node", "--listen", listen, "--http", FreePorts.address(), "--data-dir", "other"),
            shell.command(
                "node", "--listen", FreePorts.address(), "--http", http, "--data-dir", "other"),
            shell.command(
                "node",
                "--listen",
                FreePorts.address(),
                "--http",
                FreePorts.address(),
                "--data-dir",
                "data"),
            shell.command(
                "node",
                "--listen",
                FreePorts.address(),
                "--http",
                FreePorts.address(),
                "--data-dir",
                "/proc/none"));

    for (Order other : others) {
      ProcessRun run = other.run();
      assertThat(run.exit()).as("%s: %s", other.command(), run.err()).isEqualTo(6);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("raftctl: ").hasLineCount(1);
    }
    shell.assertOk("OK\n", "put", "k", "v");
  }

  @Test
  void everySettingComesFromTheEnvironmentToo() throws Exception {
    Order order =
        shell
            .command("node")
            .with("RAFTCTL_ID", "7")
            .with("RAFTCTL_LISTEN", listen)
            .with("RAFTCTL_HTTP", http)
            .with("RAFTCTL_PEERS", "7=" + listen)
            .with("RAFTCTL_DATA_DIR", "seven")
            .with("RAFTCTL_CLUSTER", "blue")
            .with("RAFTCTL_ELECTION_TIMEOUT", "200ms")
            .with("RAFTCTL_HEARTBEAT", "20ms")
            .with("RAFTCTL_FAULTS", "yes")
            .with("RAFTCTL_READY_FILE", "node.ready");
    start(order);

    shell.assertOk("7 blocked\n", "block", "7");
    shell.assertOk("7 unblocked\n", "unblock", "--all");
    assertThat(shell.run("status").out()).startsWith("cluster blue, leader 7, ");
    assertThat(folder.resolve("seven")).isDirectory();
  }

  private Process startNode() throws Exception {
    return start(
        shell.command(
            "node",
            "--listen",
            listen,
            "--http",
            http,
            "--data-dir",
            "data",
            "--ready-file",
            "node.ready"));
  }

  private Process start(Order order) throws Exception {
    Process process = shell.start("node", order);
    Await.until("it leads", () -> shell.run("status").exit() == 0);
    return process;
  }
}
