package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that have no business in a cluster, and disturb nobody there.
class ImpostorEndToEndTest {
  @TempDir Path folder;

  private NodeProcesses shell;
  private List<String> addresses;

  @AfterEach
  void endAll() throws InterruptedException {
    shell.killAll();
  }

  @Test
  void aLeaderKeepsItsPlaceWhereAnEmptyDirectoryJoinsUnderItsId() throws Exception {
    begin();
    for (int id = 1; id <= 3; id++) {
      start(id, "--election-timeout=3s"); // That a slow machine alone deposes nobody.
    }
    Await.until("a leader", () -> !shell.leader().isEmpty());
    shell.assertOk("OK\n", "put", "a", "1");
    String leader = shell.awaitLeader();
    final String members = shell.run("member", "ls").out();
    final String term = term();

    ProcessRun impostor =
        shell.run(
            "node",
            "--id=" + leader,
            "--listen=" + addresses.get(3),
            "--http=127.0.0.1:0",
            "--data-dir=d/impostor",
            "--join=" + String.join(",", addresses.subList(0, 3)));
    assertThat(impostor.exit()).isEqualTo(5);
    assertThat(impostor.err()).contains("was here with another data directory");
    assertThat(shell.run("member", "ls").out()).isEqualTo(members);
    shell.assertOk("1\n", "get", "a");
    assertThat(shell.leader()).isEqualTo(leader);
    assertThat(term()).isEqualTo(term);
  }

  /// Another cluster's node has taken the place of one that is dead.
  @Test
  void aMemberThatHasMovedGoesOnWhereAStrangerAnswersIt() throws Exception {
    begin();
    for (int id = 1; id <= 3; id++) {
      start(id);
    }
    Await.until("a leader", () -> !shell.leader().isEmpty());
    shell.assertOk("OK\n", "put", "a", "1");
    // The addresses are in the log from the first change of the members on.
    assertThat(shell.run("member", "add", "9=127.0.0.1:1").exit()).isZero();
    shell.killAll();

    shell.start(
        "stranger",
        "--id=7",
        "--cluster=other",
        "--listen=" + addresses.get(1),
        "--http=127.0.0.1:0",
        "--peers=7=" + addresses.get(1),
        "--data-dir=d/stranger");
    List<String> before = addresses;
    start(3);
    addresses = List.of(before.get(3), before.get(1), before.get(2), before.get(0));
    Process moved = start(1);
    String own = addresses.getFirst();
    Await.until(
        "it is known there", () -> shell.run("member", "ls", "-e", own).out().contains(own));
    assertThat(moved.isAlive()).isTrue();
    shell.assertOk("1\n", "get", "a", "-e", own);
  }

  private void begin() throws Exception {
    addresses = FreePorts.addresses(4);
    shell = new NodeProcesses(folder, addresses);
  }

  private String term() throws Exception {
    return shell.run("status").out().lines().findFirst().orElseThrow();
  }

  private Process start(int id, String... more) throws Exception {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--id=" + id,
                "--listen=" + addresses.get(id - 1),
                "--http=127.0.0.1:0",
                "--peers=" + NodeProcesses.peers(addresses.subList(0, 3)),
                "--data-dir=d/" + id));
    options.addAll(List.of(more));
    return shell.start(String.valueOf(id), options.toArray(String[]::new));
  }
}
