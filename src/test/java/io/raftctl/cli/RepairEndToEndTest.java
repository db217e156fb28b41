package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes whose files rot while they are down.
class RepairEndToEndTest {
  private static final Pattern ENTRY = Pattern.compile("entry (\\d+) of term (\\d+)");

  @TempDir Path folder;
  private List<String> addresses;
  private NodeProcesses shell;
  private final Map<Integer, Process> nodes = new TreeMap<>();

  @BeforeEach
  void writeToThree() throws Exception {
    addresses = FreePorts.addresses(3);
    shell = new NodeProcesses(folder, addresses);
    for (int id = 1; id <= 3; id++) {
      start(id);
    }
    Await.until("a leader", () -> !shell.leader().isEmpty());
    for (int i = 1; i <= 5; i++) {
      shell.assertOk("OK\n", "put", "k" + i, "v" + i);
    }
    for (int id = 1; id <= 3; id++) {
      String directory = "d/" + id;
      Await.until(
          "node " + id + " has it all",
          () -> shell.run("log", "dump", directory).out().contains("put k5 v5"));
    }
  }

  @AfterEach
  void endAll() throws InterruptedException {
    shell.killAll();
  }

  @Test
  void aRottenEntryComesBackFromAPeer() throws Exception {
    int follower = follower();
    kill(follower);
    spoilEntry(follower);
    start(follower);
    Await.until(
        "node " + follower + " is whole",
        () -> shell.log("" + follower).contains(", left: 0") && !status().contains("\"damage\""));
    assertThat(shell.log("" + follower))
        .containsPattern("entry \\d+ of term \\d+ is damaged on this disk; asking ")
        .containsPattern("repaired from [123]: 1, left: 0");
    for (int i = 1; i <= 5; i++) {
      shell.assertOk("v" + i + "\n", "get", "k" + i, "-e", addresses.get(follower - 1));
    }

    shell.killAll();
    ProcessRun verified = shell.run("log", "verify", "d/1", "d/2", "d/3");
    assertThat(verified.exit()).as(verified.out()).isZero();
  }

  /// The operator who looks finds it, and so does the node.
  @Test
  void anEntryThatRotsWhileTheNodeRunsIsMendedOnceSomebodyReadsIt() throws Exception {
    int follower = follower();
    String address = addresses.get(follower - 1);
    spoilEntry(follower);
    ProcessRun found = shell.run("log", "verify", address);
    assertThat(found.exit()).as(found.out() + found.err()).isNotZero();
    assertThat(found.err())
        .containsPattern("the disk of node " + follower + " has lost entry \\d+");
    Await.until("it is whole", () -> shell.run("log", "verify", address).exit() == 0);
    assertThat(shell.log("" + follower)).contains(", left: 0");
    shell.assertOk("v3\n", "get", "k3", "-e", address);

    shell.killAll();
    ProcessRun verified = shell.run("log", "verify", "d/1", "d/2", "d/3");
    assertThat(verified.exit()).as(verified.out()).isZero();
  }

  /// Until a copy of it is there again.
  @Test
  void aClusterWithoutAnyCopyOfAnEntryIsUnavailableAndNamesIt() throws Exception {
    shell.killAll();
    byte[] intact = Files.readAllBytes(segment(2));
    for (int id = 1; id <= 3; id++) {
      spoilEntry(id);
    }
    Matcher entry = ENTRY.matcher(shell.run("log", "verify", "d/1").out());
    assertThat(entry.find()).isTrue();
    String named = "entry %s of term %s is damaged".formatted(entry.group(1), entry.group(2));
    for (int id = 1; id <= 3; id++) {
      start(id);
    }
    for (int id = 1; id <= 3; id++) {
      String name = "" + id;
      Await.until(
          "node " + id + " has asked everybody",
          () -> shell.log(name).contains(named + " on this disk; no peer holds it intact"));
    }
    for (String key : List.of("k1", "k3", "k5")) {
      assertNoAnswer(shell.run("get", key, "--timeout", "1s"));
    }
    assertNoAnswer(shell.run("put", "k3", "other", "--timeout", "1s"));
    assertThat(shell.run("status").out()).contains(named);

    kill(2);
    Files.write(segment(2), intact);
    start(2);
    Await.until("somebody leads", () -> !shell.leader().isEmpty());
    for (int i = 1; i <= 5; i++) {
      shell.assertOk("v" + i + "\n", "get", "k" + i);
    }
  }

  @Test
  void aNodeThatHasLostItsTermAndVoteCountsAgain() throws Exception {
    int follower = follower();
    kill(follower);
    Path file = folder.resolve("d/" + follower + "/hard-state");
    byte[] ruined = new byte[(int) Files.size(file)];
    Arrays.fill(ruined, (byte) 0x5a);
    Files.write(file, ruined);
    start(follower);
    assertThat(shell.log("" + follower)).contains("its term and vote are lost");
    Await.until("it counts again", () -> !status().contains("\"awaitedTerms\""));

    kill(6 - follower - Integer.parseInt(shell.awaitLeader())); // Now nothing commits without it.
    shell.assertOk("OK\n", "put", "k6", "v6");
    shell.assertOk("v6\n", "get", "k6");
  }

  private static void assertNoAnswer(ProcessRun run) {
    assertThat(run.exit()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1);
  }

  private String status() throws Exception {
    return shell.run("status", "-o", "json").out();
  }

  private int follower() throws Exception {
    return shell.awaitLeader().equals("1") ? 2 : 1;
  }

  private Path segment(int id) {
    return folder.resolve("d/" + id + "/log-00000001");
  }

  private void spoilEntry(int id) throws IOException {
    byte[] bytes = Files.readAllBytes(segment(id));
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("put k3 v3");
    bytes[at + 8] = '4';
    Files.write(segment(id), bytes);
  }

  private void kill(int id) throws InterruptedException {
    Process node = nodes.get(id);
    assertThat(node).isNotNull();
    node.destroyForcibly().waitFor();
  }

  private void start(int id) throws Exception {
    Process node =
        shell.start(
            String.valueOf(id),
            "--id=" + id,
            "--listen=" + addresses.get(id - 1),
            "--http=127.0.0.1:0",
            "--peers=" + NodeProcesses.peers(addresses),
            "--data-dir=d/" + id);
    nodes.put(id, node);
  }
}
