package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A few lines of shell, made fault-tolerant: a sum that survives its program and its leader.
class ExecEndToEndTest {
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
  private List<String> addresses;
  private NodeProcesses shell;
  private final List<Process> nodes = new ArrayList<>();

  @BeforeEach
  void startThree() throws Exception {
    addresses = FreePorts.addresses(3);
    shell = new NodeProcesses(folder, addresses);
    for (int id = 1; id <= 3; id++) {
      nodes.add(start(id));
    }
    Await.until("somebody leads", () -> !shell.leader().isEmpty());
  }

  @AfterEach
  void endAll() throws Exception {
    shell.killAll();
  }

  @Test
  void theSumOutlivesItsProgramAndItsLeader() throws Exception {
    shell.assertOk("5\n", "submit", "5");
    String leader = shell.awaitLeader();
    long program = program(leader);
    NodeProcesses.signal(program, "KILL");
    shell.assertOk("12\n", "submit", "7");
    assertThat(program(leader)).isNotEqualTo(program);
    assertThat(shell.log(leader)).contains("the program is lost: it ended");

    nodes.get(Integer.parseInt(leader) - 1).destroyForcibly().waitFor();
    shell.assertOk("20\n", "submit", "8", "--timeout", "30s");
    Await.until("its program ends with it", () -> !alive(program(leader)));
    nodes.set(Integer.parseInt(leader) - 1, start(Integer.parseInt(leader)));
    Await.until("it has caught up", () -> status().contains("\"lag\":0") && reachable() == 3);
    shell.assertOk("21\n", "submit", "1");
    assertThat(status()).doesNotContain("differ");
  }

  @Test
  void aProgramThatHangsStopsTheApplyingAndNothingElse() throws Exception {
    shell.assertOk("5\n", "submit", "5");
    String leader = shell.awaitLeader();
    String term = term();
    NodeProcesses.signal(program(leader), "STOP");
    try {
      ProcessRun run = shell.run("submit", "7", "--timeout", "1s");
      assertThat(run.exit()).isEqualTo(4);
      String expected = "no reply to entry " + indexOf("7");
      Await.until("status says so", () -> status().contains(expected + " for"));
      Await.until("the log says so", () -> shell.log(leader).contains(expected));
      assertThat(shell.leader()).isEqualTo(leader);
      assertThat(term()).isEqualTo(term);
    } finally {
      NodeProcesses.signal(program(leader), "CONT");
    }
    shell.assertOk("13\n", "submit", "1");
    Await.until("it is well", () -> shell.log(leader).contains("the program answers again"));
    assertThat(term()).isEqualTo(term);
  }

  @Test
  void replicasThatDisagreeAreNamed() throws Exception {
    shell.assertOk("5\n", "submit", "5");
    String leader = shell.awaitLeader();
    shell.assertOk("I am " + leader + "\n", "submit", "who");
    String other = leader.equals("1") ? "2" : "1";
    String expected =
        "replies differ: to entry %s node %s replied 'I am %s' and node %s 'I am %s'"
            .formatted(indexOf("who"), other, other, leader, leader);
    Await.until("status names them", () -> status().contains(expected));
    assertThat(shell.log(other)).contains(expected);
    shell.assertOk("6\n", "submit", "1");
  }

  @Test
  void whatHasNoPlaceInItIsRefused() throws Exception {
    ProcessRun read = shell.run("get", "x");
    assertThat(read.exit()).isEqualTo(2);
    assertThat(read.err()).hasLineCount(1).contains("answers no reads; submit the command");
    assertThat(read.out()).isEmpty();

    shell.assertOk("done\n", "submit", "complain");
    Await.until(
        "it is in the log", () -> shell.log(shell.leader()).contains("program: out of paper"));
    ProcessRun save = shell.run("snapshot", "save", "x.snap");
    assertThat(save.exit()).isNotZero();
    assertThat(save.err()).hasLineCount(1).contains("no snapshot");
  }

  private long program(String node) throws IOException {
    return Long.parseLong(Files.readString(folder.resolve("pid." + node)).strip());
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /// Where a command stands in the log: other entries, of the members, lie between.
  private String indexOf(String command) throws Exception {
    Matcher found =
        Pattern.compile("\"index\":(\\d+)[^\\n]*\"command\":\"" + command + "\"")
            .matcher(shell.run("log", "-o", "json").out());
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private String status() throws Exception {
    return shell.run("status", "-o", "json").out();
  }

  private int reachable() throws Exception {
    return status().split("\"reachable\":true", -1).length - 1;
  }

  private String term() throws Exception {
    return shell.run("status").out().lines().findFirst().orElse("").split("term ", 2)[1];
  }

  private Process start(int id) throws Exception {
    return shell.start(
        String.valueOf(id),
        "--id=" + id,
        "--listen=" + addresses.get(id - 1),
        "--http=127.0.0.1:0",
        "--peers=" + NodeProcesses.peers(addresses),
        "--data-dir=" + id,
        "--election-timeout=2s",
        "--exec=" + SUM);
  }
}
