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
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster that loses its quorum, what its directories tell, and what is made of one of them.
class RecoveryEndToEndTest {
  @TempDir Path folder;
  private List<String> addresses;
  private NodeProcesses shell;

  @BeforeEach
  void startThree() throws Exception {
    addresses = FreePorts.addresses(4);
    shell = new NodeProcesses(folder, addresses.subList(0, 2));
    String peers = NodeProcesses.peers(addresses.subList(0, 3));
    for (int id = 1; id <= 3; id++) {
      start("old", id, "d/" + id, peers);
    }
    Await.until("a leader", () -> shell.run("status").out().contains("leader"));
    for (int i = 1; i <= 5; i++) {
      assertThat(shell.run("put", "k" + i, "v" + i)).isEqualTo(new ProcessRun(0, "OK\n", ""));
    }
    Await.until("all have it", this::dumpsAgree);
  }

  @AfterEach
  void endAll() throws InterruptedException {
    shell.killAll();
  }

  @Test
  void everythingAcknowledgedThatTheSurvivorHeldIsThere() throws Exception {
    shell.killAll();
    Map<String, String> before = fingerprint("d/2");
    assertThat(shell.run("log", "verify", "d/1", "d/2", "d/3").exit()).isZero();
    ProcessRun dry = shell.run("recover", "--from", "d/2", "--as", "7", "--dry-run");
    assertThat(dry.exit()).isZero();
    assertThat(dry.err()).isEmpty();
    assertThat(dry.out())
        .contains("node 2 of cluster old")
        .contains("committed  up to entry ")
        .contains("doubtful   entries ")
        .contains("lost       whatever was acknowledged behind entry ");

    ProcessRun done =
        shell.run("recover", "--from", "d/2", "--as", "7", "--data-dir", "n", "--cluster", "new");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.out()).contains("node 7 of cluster new begins in term ");
    assertThat(fingerprint("d/2")).as("the survivor is as it was").isEqualTo(before);

    start("new", 7, "n", "7=" + addresses.get(3));
    String endpoint = addresses.get(3);
    for (int i = 1; i <= 5; i++) {
      assertThat(shell.run("get", "k" + i, "-e", endpoint).out()).isEqualTo("v" + i + "\n");
    }
    assertThat(shell.run("put", "k6", "v6", "-e", endpoint).out()).isEqualTo("OK\n");
    ProcessRun again = shell.run("recover", "--from", "d/2", "--as", "7", "--data-dir", "d/3");
    assertThat(again.exit()).isEqualTo(6);
    assertThat(again.err()).hasLineCount(1).contains("choose an empty one");
  }

  @Test
  void withoutANameForItItsDirectoryIsThatOfANode() throws Exception {
    shell.killAll();
    ProcessRun done = shell.run("recover", "--from", "d/2", "--as", "7", "--cluster", "new");
    assertThat(done.exit()).as(done.err()).isZero();
    assertThat(done.out()).contains("--cluster new --id 7 --data-dir raftctl-data/7");
    start("new", 7, "raftctl-data/7", "7=" + addresses.get(3));
    shell.assertOk("v5\n", "get", "k5", "-e", addresses.get(3));
  }

  /// A device or a pipe that a file took the place of would be gone for everybody.
  @Test
  void aSnapshotTakesThePlaceOfAFileAndOfNothingElse() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor())
        .isZero();
    Files.createDirectory(folder.resolve("folder"));
    for (String name : List.of("pipe", "folder")) {
      ProcessRun refused = shell.run("snapshot", "save", name);
      assertThat(refused.exit()).isEqualTo(6);
      assertThat(refused.err()).hasLineCount(1).contains(name + " is no regular file");
      assertThat(folder.resolve(name))
          .exists()
          .isNot(new Condition<>(Files::isRegularFile, "file"));
      assertThat(folder.resolve(name + ".tmp")).doesNotExist();
    }
    ProcessRun nowhere = shell.run("snapshot", "save", "nowhere/x");
    assertThat(nowhere.exit()).isEqualTo(6);
    assertThat(nowhere.err()).hasLineCount(1).contains("cannot be written: there is no folder for");

    for (int time = 1; time <= 2; time++) {
      assertThat(shell.run("snapshot", "save", "x.snap").out()).startsWith("saved x.snap: index ");
    }
    assertThat(shell.run("snapshot", "verify", "x.snap").exit()).isZero();
  }

  @Test
  void aDirectoryInUseIsReadAndNeverRecoveredFrom() throws Exception {
    ProcessRun refused = shell.run("recover", "--from", "d/2", "--as", "7", "--data-dir", "n");
    assertThat(refused.exit()).isEqualTo(6);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err()).hasLineCount(1).contains("in use", "stop that node first");
    assertThat(folder.resolve("n")).doesNotExist();

    ProcessRun verified = shell.run("log", "verify", "d/2");
    assertThat(verified.exit()).as(verified.out()).isZero();
    assertThat(verified.err()).isEmpty();
    assertThat(verified.out()).contains("d/2 is intact: node 2 of cluster old", "moment's picture");
    assertThat(shell.run("log", "dump", "d/2").out())
        .startsWith("# a node uses d/2")
        .contains("put k1 v1");
    assertThat(shell.run("log", "dump", "d/2", "-o", "json").out())
        .contains(
            "\"kind\":\"command\"", "\"command\":\"put k5 v5\"", "\"position\":\"log-00000001");
  }

  @Test
  void directoriesAndLiveNodesAreCompared() throws Exception {
    String live = addresses.getFirst();
    ProcessRun same = shell.run("log", "diff", "d/1", "d/2", "d/3", live, "3");
    assertThat(same.exit()).as(same.out() + same.err()).isZero();
    assertThat(same.out()).startsWith("the same from entry 1 to ");
    assertThat(shell.run("log", "verify", live).out()).contains(live + " is intact");
    assertThat(shell.run("log", "dump", live, "--from", "3").out())
        .contains("command\t", "put k5 v5");
    assertThat(shell.run("log").out()).hasLineCount(5).contains("put k1 v1");

    shell.killAll();
    assertThat(shell.run("recover", "--from", "d/1", "--as", "7", "--data-dir", "n").exit())
        .isZero();
    String cluster =
        shell.run("recover", "--from", "d/1", "--as", "7", "--dry-run", "-o", "json").out();
    String name = cluster.split("\"cluster\":\"", 2)[1].split("\"", 2)[0];
    start(name, 7, "n", "7=" + addresses.get(3));
    String endpoint = addresses.get(3);
    assertThat(shell.run("put", "k", "other", "-e", endpoint).out()).isEqualTo("OK\n");
    ProcessRun longer = shell.run("log", "diff", "d/1", endpoint);
    assertThat(longer.exit()).isZero();
    assertThat(longer.out()).contains("d/1 ends with entry ", "the longest with ");
  }

  /// Two clusters made of one survivor go on under the same terms, each in its own way.
  @Test
  void directoriesThatContradictEachOtherAreTold() throws Exception {
    shell.killAll();
    for (String name : List.of("left", "right")) {
      shell.run("recover", "--from", "d/1", "--as", "7", "--data-dir", name, "--cluster", name);
      start(name, 7, name, "7=" + addresses.get(3));
      shell.assertOk("OK\n", "put", "k", name, "-e", addresses.get(3));
      shell.killAll();
    }
    ProcessRun diff = shell.run("log", "diff", "left", "right");
    assertThat(diff.exit()).isEqualTo(1);
    assertThat(diff.out())
        .startsWith("the same from entry 1 to ")
        .contains(" differs\n", "put k left", "put k right");
    assertThat(diff.err()).hasLineCount(1).contains("differs where it must not");
    assertThat(shell.run("log", "diff", "left", "right", "-o", "json").out())
        .contains("\"wrong\":true");
  }

  @Test
  void aDamagedDirectoryIsNamedAndRefused() throws Exception {
    shell.killAll();
    Path segment = folder.resolve("d/2/log-00000001");
    byte[] bytes = Files.readAllBytes(segment);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("put k3 v3");
    bytes[at + 8] = '4';
    Files.write(segment, bytes);

    ProcessRun verified = shell.run("log", "verify", "d/1", "d/2");
    assertThat(verified.exit()).isEqualTo(1);
    assertThat(verified.out())
        .contains("d/1 is intact", "d/2 is damaged", "log-00000001, byte ", "checksum of entry ");
    assertThat(verified.err()).hasLineCount(1).contains("d/2 is damaged", "restore the files");
    ProcessRun refused = shell.run("recover", "--from", "d/2", "--as", "7", "--data-dir", "n");
    assertThat(refused.exit()).isEqualTo(6);
    assertThat(refused.err()).hasLineCount(1).contains("checksum of entry ");
    ProcessRun dumped = shell.run("log", "dump", "d/2");
    assertThat(dumped.exit()).isEqualTo(6);
    assertThat(dumped.out()).contains("\tdamaged\t", "put k2 v2", "put k5 v5");
  }

  private boolean dumpsAgree() throws Exception {
    return shell.run("log", "dump", "d/1").out().contains("put k5 v5")
        && shell.run("log", "dump", "d/2").out().contains("put k5 v5")
        && shell.run("log", "dump", "d/3").out().contains("put k5 v5");
  }

  private void start(String cluster, int id, String data, String peers) throws Exception {
    shell.start(
        String.valueOf(id),
        "--cluster=" + cluster,
        "--id=" + id,
        "--listen=" + addresses.get(Math.min(id, 4) - 1),
        "--http=127.0.0.1:0",
        "--peers=" + peers,
        "--data-dir=" + data);
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
}
