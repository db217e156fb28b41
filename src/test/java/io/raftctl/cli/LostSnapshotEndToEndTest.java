package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes, of which one went on from a leader's snapshot, and that file rots while it is down.
class LostSnapshotEndToEndTest {
  @TempDir Path folder;
  private List<String> addresses;
  private NodeProcesses shell;

  @AfterEach
  void endAll() throws InterruptedException {
    shell.killAll();
  }

  @Test
  void aNodeThatHasLostItsOnlySnapshotGetsOneFromAPeer() throws Exception {
    List<String> ports = FreePorts.addresses(4);
    addresses = ports.subList(0, 3);
    shell = new NodeProcesses(folder, addresses);
    start(1, "--snapshot-bytes=1KiB");
    start(2, "--snapshot-bytes=1KiB");
    Await.until("a leader", () -> !shell.leader().isEmpty());
    for (int i = 1; i <= 12; i++) {
      shell.assertOk("OK\n", "put", "k" + i, "x".repeat(300));
    }
    Process third = start(3, "--snapshot-bytes=1MiB");
    Await.until("node 3 has it all", () -> readsLocally("k12"));
    third.destroyForcibly().waitFor();
    Path snapshot = onlySnapshot();
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 1;
    Files.write(snapshot, bytes);
    assertRefusedByHand();

    shell.killAll();
    // It has moved as well. Nobody knows where until it says so.
    addresses = List.of(ports.get(0), ports.get(1), ports.get(3));
    start(3, "--snapshot-bytes=1MiB");
    assertThat(shell.log("3"))
        .containsPattern(
            "the snapshot up to entry \\d+ of term \\d+ is lost on this disk; asking 1, 2");
    ProcessRun stale =
        shell.run("get", "k1", "--consistency=stale", "--timeout=1s", "-e", addresses.get(2));
    assertThat(stale.exit()).as(stale.err()).isEqualTo(3);
    assertThat(stale.out()).isEmpty();
    assertThat(shell.run("status", "-e", addresses.get(2)).out()).contains("is lost on this disk");
    assertThat(onlySnapshot()).hasBinaryContent(bytes);

    List<String> moved = addresses;
    addresses = ports.subList(0, 3);
    start(1, "--snapshot-bytes=1KiB");
    Process second = start(2, "--snapshot-bytes=1KiB");
    addresses = moved;
    Await.until(
        "node 3 has another one",
        () -> shell.log("3").contains(" has come from a peer in place of the lost one"));
    Await.until("nothing is lost", () -> !shell.run("status").out().contains("is lost on"));
    second.destroyForcibly().waitFor(); // Now nothing commits without it.
    Await.until("a leader", () -> !shell.leader().isEmpty());
    shell.assertOk("OK\n", "put", "k13", "v13");
    Await.until("node 3 has it all", () -> readsLocally("k13"));
    shell.assertOk("x".repeat(300) + "\n", "get", "k1", "-e", addresses.get(2));

    shell.killAll();
    ProcessRun verified = shell.run("log", "verify", "d/1", "d/2", "d/3");
    assertThat(verified.exit()).as(verified.out()).isZero();
  }

  /// What a person would do with the directory has its clear answers still.
  private void assertRefusedByHand() throws Exception {
    ProcessRun verified = shell.run("log", "verify", "d/3");
    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.out())
        .containsPattern("the log begins after entry \\d+, and no intact snapshot holds what was");
    ProcessRun recovered = shell.run("recover", "--from=d/3", "--as=9", "--dry-run");
    assertThat(recovered.exit()).isEqualTo(6);
    assertThat(recovered.err())
        .containsPattern("the log begins after entry \\d+, and no intact snapshot holds what was");
  }

  private boolean readsLocally(String key) throws Exception {
    String third = addresses.get(2);
    return shell.run("get", key, "--consistency", "stale", "-e", third).exit() == 0;
  }

  private Path onlySnapshot() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("d/3"))) {
      List<Path> snapshots =
          files.filter(file -> file.getFileName().toString().startsWith("snapshot-")).toList();
      assertThat(snapshots).hasSize(1);
      return snapshots.getFirst();
    }
  }

  private Process start(int id, String option) throws Exception {
    return shell.start(
        String.valueOf(id),
        "--id=" + id,
        "--listen=" + addresses.get(id - 1),
        "--http=127.0.0.1:0",
        "--peers=" + NodeProcesses.peers(addresses),
        "--data-dir=d/" + id,
        option);
  }
}
