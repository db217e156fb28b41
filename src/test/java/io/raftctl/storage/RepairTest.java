package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentedLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Entries whose data are lost, and a peer's copies that go back into their places.
final class RepairTest {
  private static final String FIRST = "log-00000001";

  @Test
  void aPowerLossDuringARepairLeavesEntriesDamagedOrWholeAndHarmsNoOther() {
    long operations = operationsOfARepair(damaged(new SplittableRandom(1)));
    assertThat(operations).isGreaterThan(8);
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < 32; fate++) {
        SplittableRandom random = new SplittableRandom(operation * 1000 + fate);
        Script script = damaged(random);
        script.disk.crashAfter(operation);
        assertThat(Script.crashes(() -> repair(script))).isTrue();
        script.disk.crash();
        try (SegmentedLog log = Script.open(script.disk)) {
          script.twin.requireAllSynced(log);
        }
        assertThat(script.twin.requireAllSynced(Script.open(script.disk))).isZero();
      }
    }
  }

  /// What a failed sync leaves is in memory only, although it reads as if it were whole.
  @Test
  void whatIsWholeAfterARepairThatFailedStaysWhole() {
    long operations = operationsOfARepair(longer(new SplittableRandom(1)));
    int whole = 0;
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < 32; fate++) {
        Script script = longer(new SplittableRandom(operation * 1000 + fate));
        script.disk.failAfter(operation);
        assertThatThrownBy(() -> repair(script)).isInstanceOf(StorageException.class);
        script.disk.kill();
        List<DamagedEntry> damaged = Script.open(script.disk).damaged();
        script.disk.crash();
        SegmentedLog log = Script.open(script.disk);
        assertThat(log.damaged()).as("operation %d", operation).isEqualTo(damaged);
        script.twin.requireAllSynced(log);
        assertThat(script.disk.contents()).noneMatch(name -> name.startsWith("repair"));
        whole += damaged.isEmpty() ? 1 : 0;
      }
    }
    assertThat(whole).as("repairs that read as if they were done").isGreaterThan(10);
  }

  @Test
  void whatIsReplacedOrCompactedIsDamagedNoMore() {
    Script script = damaged(new SplittableRandom(1));
    SegmentedLog log = Script.open(script.disk);
    assertThat(log.damaged()).extracting(DamagedEntry::index).containsExactly(3L, 5L);
    log.write(null, Script.entries(3, 2, 10));
    log.repair(Script.entries(1, 1, 100, 0, 600, 600, 1500));
    log.close();
    log = Script.open(script.disk);
    assertThat(log.damaged()).isEmpty();
    assertThat(Twin.contents(log))
        .isEqualTo(
            List.of(
                Script.entries(1, 1, 100).getFirst(),
                Script.entries(2, 1, 300).getFirst(),
                Script.entries(3, 2, 10).getFirst()));
  }

  @Test
  void sectorsThatCannotBeReadCostTheirEntriesUntilAPeerGivesThem() {
    Script script = closed(new SplittableRandom(1));
    int size = script.disk.contents(FIRST).length;
    int refused = 0;
    for (int at = 0; at < size; at += ControlBlock.BYTES) {
      SimulatedDisk copy = script.disk.copy(new SplittableRandom(1));
      Disk disk = new UnreadableDisk(copy, FIRST, at);
      try (SegmentedLog log = Script.open(disk)) {
        script.twin.requireAllSynced(log);
      } catch (StorageException e) {
        // Where the next record would begin, nobody knows whether there was one.
        assertThat(e).hasMessageContaining("the record with entry 7 or behind it is lost");
        refused++;
        continue;
      }
      assertThat(script.twin.requireAllSynced(Script.open(copy))).as("sector at %d", at).isZero();
    }
    assertThat(refused).isEqualTo(1);
  }

  /// A write that went to the wrong place leaves a whole record where another one belongs. Its
  /// entry is lost, and a peer gives it back; the node goes on.
  @Test
  void aRecordOfAnotherPlaceIsALostEntryWhileTheNodeRuns() {
    Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
    SegmentedLog log = script.start();
    List<Entry> entries = Script.entries(1, 1, 300, 300, 300);
    script.write(new HardState(1, null), entries);
    script.sync();
    byte[] bytes = script.disk.contents(FIRST);
    int second = placeOf(entries.get(1), bytes);
    int third = placeOf(entries.get(2), bytes);
    int header = placeOf(entries.getFirst(), bytes) - ControlBlock.BYTES;
    System.arraycopy(bytes, third - header, bytes, second - header, header + 300);
    script.disk.rot(FIRST, bytes);
    assertThatThrownBy(() -> log.read(2, 3, 1 << 20)).isInstanceOf(DamagedEntryException.class);
    assertThat(log.read(3, 3, 1 << 20)).containsExactly(entries.get(2));
    log.repair(entries);
    log.sync();
    assertThat(log.read(1, 3, 1 << 20)).isEqualTo(entries);
  }

  /// Where the data of an entry lie in a segment.
  private static int placeOf(Entry entry, byte[] segment) {
    String all = new String(segment, StandardCharsets.ISO_8859_1);
    return all.indexOf(new String(entry.data(), StandardCharsets.ISO_8859_1));
  }

  @Test
  void aLogOfTheFirstVersionOpensAndGoesOn() throws IOException {
    SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
    for (String file : List.of("identity", "hard-state", FIRST, "log-00000002", "log-00000003")) {
      try (InputStream bytes = RepairTest.class.getResourceAsStream("/storage/version-1/" + file)) {
        assertThat(bytes).as(file).isNotNull();
        disk.rot(file, bytes.readAllBytes());
      }
    }
    List<Entry> entries = new ArrayList<>(Script.entries(1, 1, 100, 0, 600));
    entries.addAll(Script.entries(4, 2, 300, 300));
    entries.addAll(Script.entries(6, 3, 50));
    for (long next = 7; next < 12; next++) {
      try (SegmentedLog log = Script.open(disk)) {
        assertThat(log.hardState()).isEqualTo(new HardState(3, null));
        assertThat(Twin.contents(log)).isEqualTo(entries);
        List<Entry> fresh = Script.entries(next, 3, 900);
        log.write(null, fresh);
        entries.addAll(fresh);
      }
    }
    assertThat(disk.contents("log-00000004")).as("of the new size").hasSize(5120);
  }

  private static long operationsOfARepair(Script script) {
    long before = script.disk.operations();
    repair(script);
    return script.disk.operations() - before;
  }

  private static void repair(Script script) {
    SegmentedLog log = Script.open(script.disk);
    log.repair(entries());
    log.sync();
  }

  private static List<Entry> entries() {
    return Script.entries(1, 1, 100, 300, 600, 600, 1500, 8);
  }

  /// A closed log in which a sector of zeros and a flipped byte have taken two entries.
  private static Script damaged(SplittableRandom random) {
    Script script = closed(random);
    rot(script.disk);
    return script;
  }

  /// The same of a log that goes on, so that the first segment is known to have been synced.
  private static Script longer(SplittableRandom random) {
    Script script = closed(random);
    script.start();
    script.write(null, Script.entries(7, 1, 900, 900));
    script.stop();
    rot(script.disk);
    return script;
  }

  private static void rot(SimulatedDisk disk) {
    byte[] bytes = disk.contents(FIRST);
    Arrays.fill(bytes, 1024, 1536, (byte) 0);
    bytes[512 + 5 * 48 + 100 + 300 + 600 + 600 + 700] ^= 1;
    disk.rot(FIRST, bytes);
  }

  private static Script closed(SplittableRandom random) {
    Script script = new Script(new SimulatedDisk("disk", random), new Twin());
    script.start();
    script.write(new HardState(1, new NodeId("1")), entries());
    script.stop();
    return script;
  }

  /// A disk of which one sector cannot be read until it is written, nor anything written into a
  /// part of its block of 4 KiB.
  private static final class UnreadableDisk extends PassingDisk {
    private static final int BLOCK = 4096;

    private final String name;
    private final int sector;
    private boolean lost = true;

    UnreadableDisk(Disk disk, String name, int sector) {
      super(disk);
      this.name = name;
      this.sector = sector;
    }

    @Override
    public File open(String file) throws IOException {
      return file.equals(name) ? new UnreadableFile(super.open(file)) : super.open(file);
    }

    private final class UnreadableFile extends PassingFile {
      UnreadableFile(File file) {
        super(file);
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        if (touches(sector, ControlBlock.BYTES, position, target.remaining())) {
          throw new IOException("Input/output error");
        }
        return super.read(target, position);
      }

      @Override
      public void write(ByteBuffer source, long position) throws IOException {
        int block = sector - sector % BLOCK;
        long blockBytes = Math.min(BLOCK, size() - block);
        long end = position + source.remaining();
        if (touches(block, blockBytes, position, source.remaining())) {
          if (position > block || end < block + blockBytes) {
            throw new IOException("Input/output error (a part of a block)");
          }
          lost = false;
        }
        super.write(source, position);
      }

      private boolean touches(long from, long bytes, long position, int length) {
        return lost && position < from + bytes && position + length > from;
      }
    }
  }
}
