package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/// Whose directory it is, and what is refused.
final class DataDirectoryTest {
  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));

  @Test
  void anEmptyDirectoryBecomesTheNodes() {
    open("prod", "1").close();
    assertThat(disk.contents())
        .containsExactly("hard-state", "identity", "log-00000001", "log-00000002", "log-start");
    open("prod", "1").close();
  }

  @Test
  void theDirectoryOfAnotherNodeOrClusterIsRefused() {
    open("prod", "1").close();
    assertRefused("prod", "2")
        .hasMessage(
            "disk belongs to node 1 of cluster 'prod', not to node 2 of cluster 'prod'; check the"
                + " ids and the directory");
    assertRefused("test", "1").hasMessageContaining("of cluster 'prod', not to node 1 of cluster");
  }

  @Test
  void aDirectoryOfSomethingElseIsRefused() {
    disk.rot("holiday.jpg", new byte[] {1, 2, 3});
    assertRefused("prod", "1")
        .hasMessage(
            "disk is neither empty nor a raftctl data directory (it holds holiday.jpg); choose"
                + " another --data-dir");
    assertThat(disk.contents()).containsExactly("holiday.jpg");
  }

  @Test
  void aDirectoryWithoutItsIdentityIsRefused() {
    open("prod", "1").close();
    disk.lose("identity");
    assertRefused("prod", "1").hasMessageContaining("neither empty nor");
  }

  /// Where a first start was cut short there is such a file, and nothing else is worth keeping.
  @Test
  void aDirectoryWithoutItsIdentityIsNotTakenForOneThatWasNeverCompleted() {
    open("prod", "1").close();
    byte[] identity = disk.contents("identity");
    disk.lose("identity");
    SimulatedDisk other = new SimulatedDisk("other", new SplittableRandom(1));
    DataDirectory.open(other, "prod", new NodeId("1"), 8, Script.OPTIONS).close();
    Map<String, byte[]> attempts =
        Map.of(
            "the identity of a first start is not intact",
            new byte[] {1, 2, 3},
            "the file belongs to another node or cluster",
            other.contents("identity"));
    attempts.forEach(
        (refusal, attempt) -> {
          disk.rot("identity.tmp", attempt);
          List<String> before = disk.contents();
          assertRefused("prod", "1").hasMessageContaining(refusal);
          assertThat(disk.contents()).isEqualTo(before);
        });
    disk.rot("identity.tmp", identity); // The start ended right before it was done.
    open("prod", "1").close();
  }

  @Test
  void aDirectoryWithoutItsLogIsRefused() {
    open("prod", "1").close();
    disk.lose("log-00000001");
    assertRefused("prod", "1")
        .hasMessageStartingWith("disk/log-00000001: the file is missing; restore");
  }

  /// Not the state of a node that has never run: it may have voted.
  @Test
  void aDirectoryWithoutItsHardStateHasLostIt() {
    open("prod", "1").close();
    disk.lose("hard-state");
    for (int start = 1; start <= 2; start++) {
      SegmentedLog log = open("prod", "1");
      assertThat(log.hardState()).isEqualTo(HardState.LOST);
      log.close();
    }
    SegmentedLog log = open("prod", "1");
    log.write(new HardState(7, null), List.of());
    log.sync();
    log.close();
    assertThat(open("prod", "1").hardState()).isEqualTo(new HardState(7, null));
  }

  @Test
  void aFirstStartThatWasCutShortIsBegunAnew() {
    open("prod", "1").close();
    long operations = disk.operations();
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < 20; fate++) {
        cutShort(operation, fate);
      }
    }
  }

  @Test
  void aDirectoryKeepsTheIncarnationThatItWasMadeWith() throws IOException {
    DataDirectory.open(disk, "prod", new NodeId("1"), 7, Script.OPTIONS).close();
    DataDirectory.open(disk, "prod", new NodeId("1"), 8, Script.OPTIONS).close();
    assertThat(DataDirectory.identity(disk).incarnation()).isEqualTo(7);
  }

  @Test
  void filesOfANewerVersionAreLeftToIt() {
    open("prod", "1").close();
    for (String file : List.of("identity", "hard-state", "log-00000001", "log-start")) {
      SimulatedDisk newer = disk.copy(new SplittableRandom(1));
      byte[] bytes = newer.contents(file);
      setVersion(bytes, 7);
      newer.rot(file, bytes);
      assertThatThrownBy(
              () -> DataDirectory.open(newer, "prod", new NodeId("1"), 7, Script.OPTIONS))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "disk/%s has the format version 7, and this raftctl knows version %d; start the"
                  + " raftctl that wrote it",
              file, file.equals("hard-state") ? 1 : 2);
    }
  }

  /// A first start with two crashes in it, by another node's hand the second time.
  private static void cutShort(long operation, int fate) {
    SplittableRandom random = new SplittableRandom(operation * 100 + fate);
    SimulatedDisk torn = new SimulatedDisk("disk", random.split());
    Runnable start = () -> DataDirectory.open(torn, "prod", new NodeId("1"), 7, Script.OPTIONS);
    torn.crashAfter(operation);
    assertThat(Script.crashes(start)).isTrue();
    torn.crash();
    torn.crashAfter(1 + random.nextInt(16));
    Script.crashes(start);
    torn.crash();
    start.run();
  }

  private SegmentedLog open(String cluster, String node) {
    return DataDirectory.open(disk, cluster, new NodeId(node), 7, Script.OPTIONS);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      String cluster, String node) {
    return assertThatThrownBy(() -> open(cluster, node)).isInstanceOf(StorageException.class);
  }

  private static void setVersion(byte[] bytes, int version) {
    ByteBuffer.wrap(bytes).putInt(4, version);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 4, 508);
    ByteBuffer.wrap(bytes).putInt(0, (int) crc.getValue());
  }
}
