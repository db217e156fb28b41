package io.raftctl.storage.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.Disk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.log.SegmentName;
import io.raftctl.storage.log.SegmentedLog;
import io.raftctl.storage.snapshot.SnapshotFormat;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Directories that no node uses: judged to the last byte, never changed, and what can be kept of
/// them.
final class OfflineTest {
  private static final LogOptions OPTIONS = new LogOptions(2048, Runnable::run);

  private final SimulatedDisk disk = disk("disk");

  @Test
  void anIntactDirectoryHasNoFindings() throws IOException {
    fill(disk);
    Verification.Result result = verify(disk);
    assertThat(result.findings()).isEmpty();
    assertThat(result.notes()).isEmpty();
    assertThat(result.terms()).isNotNull();
    assertThat(result.terms().last()).isEqualTo(new EntryId(3, 30));
    assertThat(result.snapshotIndex()).isEqualTo(10);
  }

  @Test
  void aFlippedByteInAnyFileIsFoundInThatFile() throws IOException {
    fill(disk);
    for (String file : disk.contents()) {
      byte[] bytes = disk.contents(file);
      boolean segment = SegmentName.is(file);
      boolean empty = segment && isZero(bytes, 512, 600);
      SimulatedDisk rotten = disk.copy(new SplittableRandom(1));
      bytes[empty ? 20 : segment ? 600 : 40] ^= 1;
      rotten.rot(file, bytes);
      assertThat(verify(rotten).findings()).as(file).isNotEmpty();
      assertThat(String.join("\n", verify(rotten).findings())).as(file).contains("disk/" + file);
    }
  }

  @Test
  void aMissingFileIsFound() throws IOException {
    fill(disk);
    for (String file : disk.contents()) {
      boolean last = file.equals(lastSegment());
      if (!file.equals("identity") && !last) {
        SimulatedDisk lacking = disk.copy(new SplittableRandom(1));
        lacking.lose(file);
        // A log from the first entry on needs neither.
        assertThat(verify(lacking).findings().isEmpty())
            .as(file)
            .isEqualTo(file.startsWith("snapshot") || file.equals("log-start"));
      }
    }
  }

  @Test
  void rottenDataDoNotHideWhatIsRottenBehindThem() throws IOException {
    fill(disk);
    int flipped = 0;
    for (String file : List.of("log-00000001", "log-00000002")) {
      byte[] bytes = disk.contents(file);
      bytes[512 + (file.endsWith("1") ? 0 : 48) + 50] ^= 1; // In the data of the first entry.
      disk.rot(file, bytes);
      flipped++;
    }
    assertThat(verify(disk).findings()).hasSize(flipped).allMatch(it -> it.contains("checksum"));
  }

  @Test
  void aTornTailIsNoDamage() throws IOException {
    SegmentedLog log = open(disk);
    log.write(new HardState(1, null), List.of(entry(1, 1)));
    log.sync();
    log.write(null, List.of(entry(1, 2), entry(1, 3)));
    String file = "log-00000001";
    byte[] bytes = disk.contents(file);
    int second = nextRecord(bytes, 512);
    Arrays.fill(bytes, second, second + 48, (byte) 0);
    disk.rot(file, bytes);
    Verification.Result result = verify(disk);
    assertThat(result.findings()).isEmpty();
    assertThat(result.notes()).singleElement().asString().contains("torn", file);
    assertThat(result.terms()).isNotNull();
    assertThat(result.terms().lastIndex()).isEqualTo(1);
  }

  @Test
  void aWalkTellsWhatWasReplaced() throws IOException {
    try (SegmentedLog log = open(disk)) {
      log.write(new HardState(1, null), List.of(entry(1, 1), entry(1, 2), entry(1, 3)));
      log.write(new HardState(2, null), List.of(entry(2, 2)));
      log.sync();
    }
    assertThat(walk(disk)).containsExactly("1@1", "2@1 replaced", "3@1 replaced", "2@2");
  }

  @Test
  void whileANodeWritesOnlyWhatIsFoundTwiceIsDamage() throws IOException {
    fill(disk);
    byte[] bytes = disk.contents("hard-state");
    bytes[40] ^= 1;
    disk.rot("hard-state", bytes);
    assertThat(Verification.of(disk, true).findings()).hasSize(1);
  }

  @Test
  void aSurvivorsEntriesAreAllThereUnderANewNameAndTerm() throws IOException {
    fill(disk);
    Map<String, byte[]> before = contents(disk);
    SimulatedDisk target = disk("target");
    try (Survivor survivor = Survivor.open(disk)) {
      assertThat(survivor.base()).isEqualTo(new EntryId(1, 10));
      assertThat(survivor.last()).isEqualTo(new EntryId(3, 30));
      assertThat(survivor.newTerm()).isEqualTo(8);
      survivor.recoverInto(target, "new", new NodeId("9"), 7, OPTIONS);
    }
    try (SegmentedLog log = DataDirectory.open(target, "new", new NodeId("9"), 7, OPTIONS)) {
      assertThat(log.hardState()).isEqualTo(new HardState(8, null));
      assertThat(log.terms().base()).isEqualTo(new EntryId(1, 10));
      List<Entry> entries = log.read(11, 30, Long.MAX_VALUE);
      assertThat(entries).hasSize(20).contains(entry(1, 20), entry(3, 30));
      assertThat(entries.get(14).kind())
          .as("who was a member is forgotten")
          .isEqualTo(Entry.Kind.NO_OP);
    }
    assertThat(verify(target).findings()).isEmpty();
    assertThat(contents(disk)).usingRecursiveComparison().isEqualTo(before);
  }

  /// Nobody of the old cluster meets the new one, so nothing that was promised there binds it.
  @Test
  void aSurvivorWithoutTermAndVoteBeginsBehindItsLastEntry() throws IOException {
    fill(disk);
    byte[] none = disk.contents("hard-state");
    Arrays.fill(none, (byte) 0xff);
    disk.rot("hard-state", none);
    SimulatedDisk target = disk("target");
    try (Survivor survivor = Survivor.open(disk)) {
      assertThat(survivor.lostHardState()).isTrue();
      assertThat(survivor.newTerm()).isEqualTo(4);
      survivor.recoverInto(target, "new", new NodeId("9"), 7, OPTIONS);
    }
    try (SegmentedLog log = DataDirectory.open(target, "new", new NodeId("9"), 7, OPTIONS)) {
      assertThat(log.hardState()).isEqualTo(new HardState(4, null));
      assertThat(log.read(11, 30, Long.MAX_VALUE)).hasSize(20);
    }
    assertThat(verify(target).findings()).isEmpty();
  }

  @Test
  void aSurvivorThatIsDamagedOrOfTheSameNameIsRefused() throws IOException {
    fill(disk);
    try (Survivor survivor = Survivor.open(disk)) {
      assertThatThrownBy(
              () -> survivor.recoverInto(disk("target"), "test", new NodeId("1"), 7, OPTIONS))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("another name");
    }
    rot(new EntryId(1, 10));
    try (Survivor survivor = Survivor.open(disk)) {
      assertThat(survivor.last()).as("the snapshot holds it").isEqualTo(new EntryId(3, 30));
    }
    rot(new EntryId(1, 20));
    rot(new EntryId(3, 29));
    assertThatThrownBy(() -> Survivor.open(disk))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("checksum of entry 20@1, 29@3 (index@term) does not match; restore");
  }

  @Test
  void aRecoveryThatWasCutShortBeginsAnew() throws IOException {
    fill(disk);
    SimulatedDisk target = disk("target");
    try (Survivor survivor = Survivor.open(disk)) {
      survivor.recoverInto(target, "new", new NodeId("9"), 7, OPTIONS);
      target.rename("identity", "identity.tmp");
      survivor.recoverInto(target, "new", new NodeId("9"), 7, OPTIONS);
    }
    assertThat(verify(target).findings()).isEmpty();
  }

  /// Takes the data of an entry.
  private void rot(EntryId id) throws IOException {
    String where = null;
    try (Inspection log = Inspection.open(disk, DataDirectory.identity(disk))) {
      Inspection.Walk walk = log.walk(id.index());
      for (Inspection.Found it = walk.next(); it != null; it = walk.next()) {
        where = it.id().equals(id) ? it.where() : where;
      }
    }
    String[] place = String.valueOf(where).split(", byte ");
    byte[] bytes = disk.contents(place[0]);
    bytes[Integer.parseInt(place[1]) + 50] ^= 1;
    disk.rot(place[0], bytes);
  }

  /// 30 entries in several segments, some replaced, and a snapshot of the first ten.
  private static void fill(SimulatedDisk disk) throws IOException {
    try (SegmentedLog log = open(disk)) {
      for (int index = 1; index <= 24; index++) {
        log.write(new HardState(1, null), List.of(entry(1, index)));
      }
      Entry members = new Entry(new EntryId(2, 25), Entry.Kind.CONFIGURATION, new byte[20]);
      log.write(new HardState(2, null), List.of(entry(2, 22), entry(2, 23), entry(2, 24), members));
      for (int index = 26; index <= 30; index++) {
        log.write(new HardState(7, new NodeId("2")), List.of(entry(3, index)));
      }
      log.sync();
    }
    SnapshotStore.open(disk, "test")
        .save(
            new EntryId(1, 10),
            new byte[0],
            writer -> {
              try (OutputStream section = writer.section(SnapshotFormat.STATE)) {
                section.write(new byte[100]);
              }
            });
  }

  private static SegmentedLog open(Disk disk) {
    return DataDirectory.open(disk, "test", new NodeId("1"), 7, OPTIONS);
  }

  private static SimulatedDisk disk(String name) {
    return new SimulatedDisk(name, new SplittableRandom(1));
  }

  private static Entry entry(long term, long index) {
    byte[] data = new byte[100];
    Arrays.fill(data, (byte) index);
    return new Entry(new EntryId(term, index), Entry.Kind.COMMAND, data);
  }

  private static Verification.Result verify(Disk disk) throws IOException {
    return Verification.of(disk, false);
  }

  private static List<String> walk(Disk disk) throws IOException {
    List<String> found = new ArrayList<>();
    try (Inspection log = Inspection.open(disk, DataDirectory.identity(disk))) {
      Inspection.Walk walk = log.walk(1);
      for (Inspection.Found it = walk.next(); it != null; it = walk.next()) {
        found.add(it.id() + (it.replaced() ? " replaced" : ""));
      }
    }
    return found;
  }

  private String lastSegment() {
    return disk.contents().stream().filter(SegmentName::is).toList().getLast();
  }

  private static int nextRecord(byte[] bytes, int at) {
    int end = at + 48 + ByteBuffer.wrap(bytes).getInt(at + 12);
    int aligned = (end + 7) & -8;
    return aligned % 512 > 512 - 48 ? (aligned / 512 + 1) * 512 : aligned;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, byte[]> contents(SimulatedDisk disk) {
    TreeMap<String, byte[]> contents = new TreeMap<>();
    disk.contents().forEach(file -> contents.put(file, disk.contents(file)));
    return contents;
  }
}
