package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
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
  @TempDir Path folder;
  private List<String> addresses;
  private NodeProcesses shell;
  private final List<Process> nodes = new ArrayList<>();

  @BeforeEach
  void startThree() throws Exception {
    addresses = FreePorts.addresses(3);
    shell = new NodeProcesses(folder, addresses);
    nodes.add(start(1, "2s"));
    nodes.add(start(2, "10m"));
    nodes.add(start(3, "10m"));
    Await.until("node 1 leads", () -> shell.leader().equals("1"));
  }

  @AfterEach
  void endAll() throws Exception {
    shell.killAll();
  }

  @Test
  void aLeaderThatIsToldToEndHandsOverFirst() throws Exception {
    shell.assertOk("OK\n", "put", "k", "v");
    nodes.getFirst().destroy();
    assertThat(nodes.getFirst().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(nodes.getFirst().exitValue()).isZero();

    shell.assertOk("OK\n", "put", "k", "w");
    assertThat(shell.leader()).isIn("2", "3");
    assertThat(shell.log("1")).contains("handed over to " + shell.leader());
  }

  @Test
  void itGoesToWhomeverIsNamed() throws Exception {
    shell.assertOk("3 leads term 2\n", "leader", "transfer", "3");
    shell.assertOk("3 leads term 2\n", "leader", "transfer", "3");
    shell.assertOk("{\"leader\":\"2\",\"term\":3}\n", "leader", "transfer", "2", "-o", "json");
    shell.assertOk("OK\n", "put", "k", "v");
  }

  @Test
  void whoIsDownCannotLeadAndTheLeaderGoesOn() throws Exception {
    nodes.getLast().destroyForcibly().waitFor();
    ProcessRun run = shell.run("leader", "transfer", "3", "--timeout", "3s");
    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("within 3s");
    shell.assertOk("OK\n", "put", "k", "v");
    assertThat(shell.leader()).isEqualTo("1");
  }

  @Test
  void aNodeThatDoesNotExistIsAMistake() throws Exception {
    assertThat(shell.run("leader", "transfer", "9").exit()).isEqualTo(2);
    assertThat(shell.run("leader", "transfer", "all").exit()).isEqualTo(2);
    assertThat(shell.run("leader", "depose").exit()).isEqualTo(2);
    assertThat(shell.leader()).isEqualTo("1");
  }

  @Test
  void aFollowerAnswersReadsOnlyWithALeaderBehindIt() throws Exception {
    shell.assertOk("OK\n", "put", "k", "v");
    shell.assertOk("v\n", "get", "k", "-e", addresses.get(1));
    shell.assertOk("v\n", "get", "k", "--consistency", "lease");

    NodeProcesses.signal(nodes.getFirst().pid(), "STOP");
    try {
      ProcessRun lost = shell.run("get", "k", "-e", addresses.get(1), "--timeout", "1s");
      assertThat(lost.exit()).isEqualTo(3);
      shell.assertOk("v\n", "get", "k", "-e", addresses.get(1), "--consistency", "stale");
      ProcessRun stale = stale(addresses.get(1));
      assertThat(stale.out()).contains("\"value\":\"v\"", "\"leaderSilentMillis\":");
    } finally {
      NodeProcesses.signal(nodes.getFirst().pid(), "CONT");
    }
  }

  private ProcessRun stale(String node) throws Exception {
    return shell.run("get", "k", "-e", node, "--consistency", "stale", "-o", "json");
  }

  private Process start(int id, String electionTimeout) throws Exception {
    return shell.start(
        String.valueOf(id),
        "--id=" + id,
        "--listen=" + addresses.get(id - 1),
        "--http=127.0.0.1:0",
        "--peers=" + NodeProcesses.peers(addresses),
        "--data-dir=" + id,
        "--election-timeout=" + electionTimeout);
  }
}
