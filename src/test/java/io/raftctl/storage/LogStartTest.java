package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.HardState;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.log.LogStart;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Where a log begins that has given up its front: what rot, crashes and older builds leave of it.
final class LogStartTest {
  private static final long MAGIC = 0x7261667463746c46L; // "raftctlF"
  private static final int COPY_BYTES = 4096;

  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
  private final Script script = new Script(disk, new Twin());

  /// A log that begins with a segment behind the first one.
  private void compacted() {
    script.start();
    script.write(new HardState(1, null), Script.entries(1, 1, 3000, 3000, 3000, 3000));
    script.sync();
    script.compact(2);
    script.sync();
    script.stop();
  }

  private int owner() throws IOException {
    return DataDirectory.identity(disk).owner();
  }

  private long start() throws IOException {
    return LogStart.read(disk, owner());
  }

  private void rot(int copy) {
    byte[] bytes = disk.contents(LogStart.NAME);
    bytes[copy * COPY_BYTES + 17] ^= 1;
    disk.rot(LogStart.NAME, bytes);
  }

  /// The file as builds of before wrote it: one copy, of which nobody needs a second sector.
  private void writeVersion1() throws IOException {
    byte[] block =
        ControlBlock.seal(ControlBlock.begin(MAGIC).putLong(start()).putInt(owner())).array();
    disk.rot(LogStart.NAME, block);
  }

  @Test
  void theFileHasItsBlocksSinceTheFirstStart() {
    script.start();
    long before = disk.contents(LogStart.NAME).length;
    script.stop();
    compacted();
    assertThat(disk.contents(LogStart.NAME)).hasSize((int) before).hasSize(2 * COPY_BYTES);
  }

  @Test
  void oneCopyIsEnoughAndTheNextStartMendsTheOther() throws IOException {
    compacted();
    assertThat(start()).isGreaterThan(1);
    for (int copy = 0; copy <= 1; copy++) {
      byte[] before = disk.contents(LogStart.NAME);
      rot(copy);
      try (Inspection log = Inspection.open(disk, DataDirectory.identity(disk))) {
        assertThat(log.rot())
            .containsExactly(
                "disk/log-start: copy %d of the start of the log is not intact; the next start"
                        .formatted(copy)
                    + " mends it");
      }
      script.start();
      assertThat(disk.contents(LogStart.NAME)).isEqualTo(before);
    }
  }

  @Test
  void withoutAnIntactCopyTheLogIsRefused() {
    compacted();
    rot(0);
    rot(1);
    assertThatThrownBy(script::start)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("disk/log-start: the start of the log is not intact; restore");
  }

  @Test
  void anOlderDirectoryOpensAndGetsTheFileInItsNewForm() throws IOException {
    compacted();
    long start = start();
    writeVersion1();
    script.start();
    assertThat(start()).isEqualTo(start);
    rot(0);
    script.start();
    assertThat(start()).isEqualTo(start);
  }

  @Test
  void anOlderDirectoryThatWasNeverCompactedHasNoSuchFile() throws IOException {
    script.start();
    script.write(new HardState(1, null), Script.entries(1, 1, 3000, 3000));
    script.stop();
    disk.lose(LogStart.NAME);
    script.start();
    assertThat(start()).isEqualTo(1);
    assertThat(disk.contents(LogStart.NAME)).hasSize(2 * COPY_BYTES);
  }

  @Test
  void anOlderDirectoryOnAFullDiskOpensAndGetsItWhenThereIsRoom() throws IOException {
    compacted();
    final long start = start();
    writeVersion1();
    disk.limit(disk.used());
    script.start();
    assertThat(disk.contents(LogStart.NAME)).hasSize(512);
    disk.limit(Long.MAX_VALUE);
    script.log().makeRoom();
    script.write(null, Script.entries(5, 1, 3000, 3000, 3000));
    script.sync();
    script.compact(6);
    assertThat(start()).isGreaterThan(start);
    assertThat(disk.contents(LogStart.NAME)).hasSize(2 * COPY_BYTES);
  }

  /// An upgrade that is cut short, again and again.
  @Test
  void aCrashInTheFirstStartAfterAnUpgradeLosesNothing() throws IOException {
    compacted();
    writeVersion1();
    for (int fate = 0; fate < 400; fate++) {
      SplittableRandom random = new SplittableRandom(fate);
      SimulatedDisk torn = disk.copy(random.split());
      torn.crashAfter(1 + fate % 20);
      Script.crashes(() -> Script.open(torn));
      torn.crash();
      assertThat(Twin.contents(Script.open(torn)))
          .isEqualTo(Script.entries(1, 1, 3000, 3000, 3000, 3000).subList(2, 4));
    }
  }
}
