package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes on a real file system that somebody else fills up.
///
/// It has room for three segments of the log. Two are there when a node has begun; the third one is
/// wanted once the first is full.
class FullDiskEndToEndTest {
  private static final int MEGABYTES = 56;

  /// Fills the first segment, and some of the second.
  private static final String WRITE_MUCH =
      """
      for i in $(seq 36); do
        printf 'put big%d ' $i; head -c 500000 /dev/zero | tr '\\0' x; echo
      done | "$RAFTCTL" submit -\
      """;

  /// Fills several segments, and leaves a small state.
  private static final String WRITE_OVER_AND_OVER =
      """
      for i in $(seq 170); do
        printf 'put big '; head -c 500000 /dev/zero | tr '\\0' x; echo
      done | "$RAFTCTL" submit -\
      """;

  @TempDir Path folder;
  private SmallDisk disk;
  private NodeProcesses shell;
  private Process full;

  @BeforeEach
  void mount() throws Exception {
    Path mounted = Files.createDirectory(folder.resolve("small"));
    String missing = SmallDisk.missing(mounted);
    assumeTrue(missing.isEmpty(), missing);
    disk = SmallDisk.on(mounted, MEGABYTES);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (shell != null) {
      shell.killAll();
    }
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void aNodeAloneRefusesWritesAnswersReadsAndHeals() throws Exception {
    String address = FreePorts.addresses(1).getFirst();
    shell = new NodeProcesses(folder, List.of(address));
    full = start(1, List.of(address), "small/1");
    Await.until("node 1 leads", () -> shell.leader().equals("1"));
    shell.assertOk("OK\n", "put", "k", "v");
    disk.fill();
    Await.until(
        "node 1 knows that its disk is full",
        () -> {
          shell.script(WRITE_MUCH + " --timeout 2s").run(); // The last of it is too much.
          return status().contains("\"diskFull\":true");
        });

    ProcessRun refused = shell.run("put", "k", "w", "--timeout", "1s");
    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).hasLineCount(1).contains("the disk of node 1, which leads, is full");
    shell.assertOk("v\n", "get", "k");
    assertThat(shell.run("status").out()).contains("disk of 1: it is full");

    disk.makeRoom();
    shell.assertOk("OK\n", "put", "k", "w", "--timeout", "20s");
    shell.assertOk("w\n", "get", "k");
    Await.until("node 1 has room", () -> !status().contains("diskFull"));
    assertThat(full.isAlive()).isTrue();
    assertThat(shell.log("1"))
        .contains("the disk is full: this node takes no commands until there is room again")
        .contains("there is room on the disk again")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void aLeaderGivesItsLeadershipAwayAndNoWriteIsLost() throws Exception {
    List<String> addresses = FreePorts.addresses(3);
    shell = new NodeProcesses(folder, addresses);
    full = start(1, addresses, "small/1");
    start(2, addresses, "2");
    start(3, addresses, "3");
    Await.until("somebody leads", () -> !shell.leader().isEmpty());
    assertThat(shell.run("leader", "transfer", "1").exit()).isZero();
    disk.fill();

    assertThat(shell.script(WRITE_MUCH).run()).isEqualTo(new ProcessRun(0, "OK\n".repeat(36), ""));
    Await.until("another node leads", () -> List.of("2", "3").contains(shell.leader()));
    assertThat(status()).contains("\"diskFull\":true");
    shell.assertOk("OK\n", "put", "k", "v");
    ProcessRun refused = shell.run("leader", "transfer", "1", "--timeout", "1s");
    assertThat(refused.exit()).isEqualTo(3);

    disk.makeRoom();
    Await.until("node 1 has room", () -> !status().contains("diskFull"));
    assertThat(shell.run("leader", "transfer", "1").exit()).isZero();
    shell.assertOk("v\n", "get", "k");
    assertThat(full.isAlive()).isTrue();
  }

  /// There is room for the snapshot, and for no more of the log: what it takes the place of is
  /// enough.
  @Test
  void aNodeThatTheOthersLeftBehindGoesOnFromASnapshotOnAFullDisk() throws Exception {
    List<String> addresses = FreePorts.addresses(3);
    shell = new NodeProcesses(folder, addresses);
    String[] steady = {"--snapshot-bytes=4000000", "--election-timeout=2s"};
    full = start(1, addresses, "small/1", steady);
    start(2, addresses, "2", steady);
    start(3, addresses, "3", steady);
    Await.until("somebody leads", () -> !shell.leader().isEmpty());
    disk.fill();
    assertThat(shell.script(WRITE_OVER_AND_OVER).run())
        .isEqualTo(new ProcessRun(0, "OK\n".repeat(170), ""));
    Await.until("node 1 knows that its disk is full", () -> status().contains("\"diskFull\":true"));
    for (String other : List.of("2", "3")) {
      Path behind = folder.resolve(other + "/log-00000003");
      Await.until("node " + other + " has left node 1 behind", () -> !Files.exists(behind));
    }

    disk.leave(4);
    Await.until("node 1 has room", () -> !status().contains("diskFull"));
    assertThat(disk.free()).isLessThan(16 << 20); // Not for a new segment.
    shell.assertOk("OK\n", "put", "k", "v");
    String[] ask = {"get", "k", "--consistency", "stale", "-e", addresses.getFirst()};
    Await.until("node 1 is up to date", () -> shell.run(ask).out().equals("v\n"));
    assertThat(full.isAlive()).isTrue();
  }

  @Test
  void aNodeThatHasNoRoomToBeginWithSaysSo() throws Exception {
    disk.fill();
    String address = FreePorts.addresses(1).getFirst();
    shell = new NodeProcesses(folder, List.of(address));
    ProcessRun run =
        shell.run(
            "node",
            "--id=1",
            "--listen=" + address,
            "--peers=1=" + address,
            "--http=127.0.0.1:0",
            "--data-dir=small/1");
    assertThat(run.exit()).isEqualTo(6);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains("No space left on device; make room");
  }

  private String status() throws Exception {
    return shell.run("status", "-o", "json").out();
  }

  private Process start(int id, List<String> addresses, String directory, String... more)
      throws Exception {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--id=" + id,
                "--listen=" + addresses.get(id - 1),
                "--http=127.0.0.1:0",
                "--peers=" + NodeProcesses.peers(addresses),
                "--data-dir=" + directory));
    options.addAll(List.of(more));
    return shell.start(String.valueOf(id), options.toArray(String[]::new));
  }
}
