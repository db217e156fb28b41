package io.raftctl.storage.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.disk.SimulatedDisk.SimulatedCrash;
import io.raftctl.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Snapshots on a disk that crashes, rots and fills up.
final class SnapshotStoreTest {
  private static final String CLUSTER = "test";

  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));

  private static EntryId at(long index) {
    return new EntryId(1, index);
  }

  /// A state that says where it was taken, of more than one chunk.
  private static byte[] state(long index) {
    byte[] state = new byte[SnapshotFormat.CHUNK_BYTES_MAX + 1000];
    Arrays.fill(state, (byte) index);
    return state;
  }

  private static Snapshot save(SnapshotStore store, long index) throws IOException {
    return store.save(at(index), new byte[0], writer -> write(writer, state(index)));
  }

  private static void write(SnapshotWriter writer, byte[] state) throws IOException {
    try (OutputStream section = writer.section(SnapshotFormat.STATE)) {
      section.write(state);
    }
  }

  private static byte[] load(SnapshotReader reader) throws IOException {
    ByteArrayOutputStream state = new ByteArrayOutputStream();
    reader.sections((number, data) -> data.transferTo(state));
    return state.toByteArray();
  }

  /// The index of the snapshot that a start goes on from; 0 for none.
  private static long start(SimulatedDisk disk, long base) {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    var loaded = store.load(base == 0 ? EntryId.NONE : at(base), SnapshotStoreTest::load);
    if (loaded == null) {
      return 0;
    }
    long index = loaded.snapshot().last().index();
    assertThat(loaded.value()).isEqualTo(state(index));
    return index;
  }

  private void rot(String file) {
    byte[] bytes = disk.contents(file);
    bytes[bytes.length / 2] ^= 1;
    disk.rot(file, bytes);
  }

  @Test
  void aCrashAtAnyOperationLeavesTheSnapshotOrTheOneBefore() throws IOException {
    SimulatedDisk whole = new SimulatedDisk("disk", new SplittableRandom(1));
    SnapshotStore first = SnapshotStore.open(whole, CLUSTER);
    save(first, 10);
    long before = whole.operations();
    save(first, 20);
    save(first, 30);
    first.removeOld();
    long operations = whole.operations() - before;
    assertThat(operations).isGreaterThan(10);
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < 8; fate++) {
        SimulatedDisk crashing =
            new SimulatedDisk("disk", new SplittableRandom(operation * 100 + fate));
        SnapshotStore store = SnapshotStore.open(crashing, CLUSTER);
        save(store, 10);
        long safe = 10;
        crashing.crashAfter(operation);
        try {
          save(store, 20);
          safe = 20;
          save(store, 30);
          safe = 30;
          store.removeOld();
        } catch (SimulatedCrash e) {
          // As planned.
        }
        crashing.crash();
        assertThat(start(crashing, 0)).isIn(safe, safe + 10);
      }
    }
  }

  @Test
  void aRottenNewestOneFallsBackToTheOneBeforeAsFarAsTheLogReaches() throws IOException {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    save(store, 10);
    save(store, 20);
    rot(SnapshotStore.name(at(20)));
    assertThat(start(disk, 10)).isEqualTo(10);
    assertThat(disk.contents()).contains("snapshot-0000000000000020.damaged");
    rot(SnapshotStore.name(at(10)));
    assertThat(start(disk, 0)).isZero();
  }

  @Test
  void whatWasPassedOverIsTold() throws IOException {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    save(store, 10);
    save(store, 20);
    rot(SnapshotStore.name(at(20)));
    SnapshotStore again = SnapshotStore.open(disk, CLUSTER);
    assertThat(again.load(at(10), SnapshotStoreTest::load)).isNotNull();
    assertThat(again.passedOver()).containsExactly("snapshot-0000000000000020");
  }

  @Test
  void whereNoIntactOneReachesTheLogNothingIsTouchedBeforeThereIsAnother() throws IOException {
    SnapshotStore before = SnapshotStore.open(disk, CLUSTER);
    save(before, 10);
    save(before, 20);
    rot(SnapshotStore.name(at(20)));
    SimulatedDisk found = disk.copy(new SplittableRandom(2));
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    assertThat(store.load(at(15), SnapshotStoreTest::load)).isNull();
    assertThat(store.snapshots()).extracting(Snapshot::last).containsExactly(at(10));
    store.removeOld();
    assertThat(disk.contents()).isEqualTo(found.contents());
    assertThat(disk.contents("snapshot-0000000000000020"))
        .isEqualTo(found.contents("snapshot-0000000000000020"));

    receive(store, 20);
    assertThat(disk.contents())
        .containsExactly(
            "snapshot-0000000000000010",
            "snapshot-0000000000000020",
            "snapshot-0000000000000020.damaged");
    assertThat(start(disk.copy(new SplittableRandom(2)), 15)).isEqualTo(20);
    store.removeOld();
    assertThat(disk.contents())
        .containsExactly("snapshot-0000000000000010", "snapshot-0000000000000020");
  }

  /// Lets a snapshot come from a peer.
  private static void receive(SnapshotStore store, long index) throws IOException {
    SimulatedDisk peer = new SimulatedDisk("peer", new SplittableRandom(3));
    Snapshot snapshot = save(SnapshotStore.open(peer, CLUSTER), index);
    store.receive(1, snapshot, 0, peer.contents(SnapshotStore.name(at(index))));
    store.finish(snapshot, SnapshotStoreTest::load);
  }

  @Test
  void aCrashWhileAnotherOneComesInPlaceOfALostOneLeavesThatOrNone() throws IOException {
    SimulatedDisk lost = new SimulatedDisk("disk", new SplittableRandom(1));
    save(SnapshotStore.open(lost, CLUSTER), 20);
    byte[] rotten = lost.contents(SnapshotStore.name(at(20)));
    rotten[rotten.length / 2] ^= 1;
    lost.rot(SnapshotStore.name(at(20)), rotten);
    for (long index = 20; index <= 21; index++) {
      boolean crashed = true;
      for (long operation = 1; crashed; operation++) {
        SimulatedDisk crashing = lost.copy(new SplittableRandom(operation));
        SnapshotStore store = SnapshotStore.open(crashing, CLUSTER);
        assertThat(store.load(at(20), SnapshotStoreTest::load)).isNull();
        crashing.crashAfter(operation);
        crashed = false;
        try {
          receive(store, index);
          store.removeOld();
        } catch (SimulatedCrash e) {
          crashed = true;
        }
        crashing.crash();
        assertThat(start(crashing, 20)).isIn(crashed ? 0L : index, index);
      }
    }
  }

  @Test
  void everyByteThatIsFlippedOrMissingIsNoticed() throws IOException {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    Snapshot snapshot = store.save(at(5), new byte[] {1}, w -> write(w, "state".getBytes(UTF_8)));
    byte[] bytes = disk.contents(SnapshotStore.name(at(5)));
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 4;
      disk.rot(SnapshotStore.name(at(5)), flipped);
      assertThatThrownBy(() -> store.verify(snapshot))
          .as("byte %d", at)
          .isInstanceOf(SnapshotDamagedException.class);
      disk.rot(SnapshotStore.name(at(5)), Arrays.copyOf(bytes, at));
      assertThatThrownBy(() -> store.verify(snapshot)).isInstanceOf(SnapshotDamagedException.class);
    }
    disk.rot(SnapshotStore.name(at(5)), Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(() -> store.verify(snapshot)).hasMessageContaining("behind the end");
  }

  @Test
  void anUnknownVersionAndAnotherClustersSnapshotAreRefusedAndStay() throws IOException {
    save(SnapshotStore.open(disk, CLUSTER), 10);
    String name = SnapshotStore.name(at(10));
    assertThatThrownBy(
            () -> SnapshotStore.open(disk, "other").load(EntryId.NONE, SnapshotStoreTest::load))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("of cluster 'test', not of 'other'");
    ByteBuffer newer = ByteBuffer.wrap(disk.contents(name));
    newer.putInt(SnapshotFormat.VERSION_AT, 2);
    int checksumAt = newer.getInt(SnapshotFormat.LENGTH_AT) - 4;
    CRC32C crc = new CRC32C();
    crc.update(newer.array(), 0, checksumAt);
    newer.putInt(checksumAt, (int) crc.getValue());
    disk.rot(name, newer.array());
    assertThatThrownBy(() -> start(disk, 0))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("format version 2");
    assertThat(disk.contents()).containsExactly(name);
  }

  @Test
  void aFullDiskLeavesEverythingAsItWas() throws IOException {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    save(store, 10);
    disk.limit(state(10).length + 10_000);
    assertThatThrownBy(() -> save(store, 20)).hasMessageContaining("No space left");
    assertThat(disk.contents()).containsExactly(SnapshotStore.name(at(10)));
    disk.limit(Long.MAX_VALUE);
    save(store, 20);
    assertThat(start(disk, 0)).isEqualTo(20);
  }

  @Test
  void theNewestTwoAreKept() throws IOException {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    for (long index = 10; index <= 50; index += 10) {
      save(store, index);
      store.removeOld();
    }
    assertThat(disk.contents())
        .containsExactly(SnapshotStore.name(at(40)), SnapshotStore.name(at(50)));
  }

  @Test
  void whatIsReceivedGoesOnAfterARestartAndIsVerifiedAtItsEnd() throws IOException {
    SimulatedDisk leader = new SimulatedDisk("leader", new SplittableRandom(3));
    SnapshotStore source = SnapshotStore.open(leader, CLUSTER);
    Snapshot snapshot = save(source, 10);
    byte[] bytes = leader.contents(SnapshotStore.name(at(10)));
    int half = bytes.length / 2;

    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    assertThat(store.receive(2, snapshot, 0, Arrays.copyOf(bytes, half))).isEqualTo(half);
    assertThat(store.receive(1, new Snapshot(at(5), 9, 9), 0, new byte[9])).isEqualTo(-1);
    disk.kill();
    SnapshotStore again = SnapshotStore.open(disk, CLUSTER);
    byte[] rest = Arrays.copyOfRange(bytes, half - 7, bytes.length); // Some of it comes twice.
    assertThat(again.receive(3, snapshot, half - 7, rest)).isEqualTo(bytes.length);
    assertThat(again.finish(snapshot, SnapshotStoreTest::load).value()).isEqualTo(state(10));
    assertThat(start(disk, 0)).isEqualTo(10);
  }

  /// Nothing is written but what continues what is there, so a chunk that overtook another one, or
  /// came twice, costs nothing more than itself.
  @Test
  void aChunkThatLeavesAGapIsNotTaken() throws IOException {
    SimulatedDisk leader = new SimulatedDisk("leader", new SplittableRandom(3));
    Snapshot snapshot = save(SnapshotStore.open(leader, CLUSTER), 10);
    byte[] bytes = leader.contents(SnapshotStore.name(at(10)));
    int half = bytes.length / 2;
    byte[] rest = Arrays.copyOfRange(bytes, half, bytes.length);
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    assertThat(store.receive(2, snapshot, half, rest)).isZero();
    assertThat(store.receive(2, snapshot, 0, Arrays.copyOf(bytes, half))).isEqualTo(half);
    assertThat(store.receive(2, snapshot, half, rest)).isEqualTo(bytes.length);
    assertThat(store.finish(snapshot, SnapshotStoreTest::load).value()).isEqualTo(state(10));
  }

  /// Else two snapshots whose chunks overtake each other would begin each other anew for ever.
  @Test
  void onlyANewerSnapshotOrLeaderTakesThePlaceOfWhatIsReceived() throws IOException {
    Snapshot older = new Snapshot(at(10), 9, 1);
    Snapshot newer = new Snapshot(at(20), 9, 2);
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    assertThat(store.receive(2, older, 0, new byte[5])).isEqualTo(5);
    assertThat(store.receive(2, newer, 0, new byte[4])).isEqualTo(4);
    assertThat(store.receive(2, older, 5, new byte[4])).isEqualTo(-1);
    assertThat(store.receive(2, newer, 4, new byte[1])).isEqualTo(5);
    assertThat(store.receive(3, older, 0, new byte[3])).isEqualTo(3);
    assertThat(store.receive(2, newer, 5, new byte[4])).isEqualTo(-1);
    assertThat(store.receive(3, older, 3, new byte[1])).isEqualTo(4);
  }

  @Test
  void whatIsReceivedAndDamagedIsReceivedAnew() throws IOException {
    SimulatedDisk leader = new SimulatedDisk("leader", new SplittableRandom(3));
    Snapshot snapshot = save(SnapshotStore.open(leader, CLUSTER), 10);
    byte[] bytes = leader.contents(SnapshotStore.name(at(10)));
    byte[] damaged = bytes.clone();
    damaged[100] ^= 1;
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    store.receive(2, snapshot, 0, damaged);
    assertThatThrownBy(() -> store.finish(snapshot, SnapshotStoreTest::load))
        .isInstanceOf(SnapshotDamagedException.class);
    assertThat(disk.contents()).isEmpty();
    store.receive(2, snapshot, 0, bytes);
    store.finish(snapshot, SnapshotStoreTest::load);
    assertThat(start(disk, 0)).isEqualTo(10);
  }

  /// The disk fails once: where what was received is to be removed, or to get its name.
  @Test
  void whatCouldNotBeRemovedIsInTheWayOfNoLaterTransfer() throws IOException {
    SimulatedDisk leader = new SimulatedDisk("leader", new SplittableRandom(3));
    Snapshot snapshot = save(SnapshotStore.open(leader, CLUSTER), 10);
    byte[] bytes = leader.contents(SnapshotStore.name(at(10)));
    byte[] damaged = bytes.clone();
    damaged[100] ^= 1;
    for (byte[] sent : new byte[][] {damaged, bytes}) {
      SimulatedDisk failing = new SimulatedDisk("disk", new SplittableRandom(1));
      SnapshotStore store = SnapshotStore.open(failing, CLUSTER);
      store.receive(2, snapshot, 0, sent);
      failing.failAfter(2); // After the sync.
      assertThatThrownBy(() -> store.finish(snapshot, SnapshotStoreTest::load))
          .hasMessageContaining("Input/output error");
      assertThat(failing.contents()).singleElement().matches(SnapshotStore::isReceived);
      assertThat(store.receive(2, snapshot, 0, bytes)).isEqualTo(bytes.length);
      store.finish(snapshot, SnapshotStoreTest::load);
      assertThat(failing.contents()).containsExactly(SnapshotStore.name(at(10)));
    }
  }

  /// Whatever a peer may announce has a name by which a restart knows it again.
  @Test
  void theLargestNumbersThatThereAreFitAName() throws IOException {
    long largest = 1L << 59;
    Snapshot snapshot = new Snapshot(new EntryId(largest, largest), largest, -1);
    SnapshotStore.open(disk, CLUSTER).receive(largest, snapshot, 0, new byte[] {1});
    assertThat(disk.contents()).singleElement().matches(SnapshotStore::isReceived);
    assertThat(SnapshotStore.open(disk, CLUSTER).receive(largest, snapshot, 0, new byte[0]))
        .isEqualTo(1);
  }

  @Test
  void aFileWhoseNameHasTooManyDigitsIsNoSnapshot() throws IOException {
    save(SnapshotStore.open(disk, CLUSTER), 5);
    disk.create("snapshot-99999999999999999999").close();
    assertThat(start(disk, 0)).isEqualTo(5);
  }

  @Test
  void oneInThePlaceOfAnotherIsNamedWithItsDirectory() throws IOException {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    save(store, 5);
    save(store, 6);
    String later = SnapshotStore.name(at(6));
    disk.rot(later, disk.contents(SnapshotStore.name(at(5))));
    assertThatThrownBy(() -> SnapshotStore.look(disk, CLUSTER, later, SnapshotStoreTest::load))
        .hasMessage("disk/" + later + ", byte 0: another snapshot is in its place");
  }

  /// Checksums keep out what has rotted, not what somebody wrote so.
  @Test
  void aHeaderThatMakesNoSenseIsDamagedWhateverItsChecksumSays() throws IOException {
    save(SnapshotStore.open(disk, CLUSTER), 5);
    String name = disk.contents().getFirst();
    byte[] intact = disk.contents(name);
    long[][] fields = {{16, -1}, {24, -1}, {32, -1L << 32}, {32, 0x7fff_ffffL << 32}, {36, -1}};
    for (long[] field : fields) {
      ByteBuffer header = ByteBuffer.wrap(intact.clone());
      header.putLong((int) field[0], field[1]);
      int end = header.getInt(SnapshotFormat.LENGTH_AT) - 4;
      CRC32C crc = new CRC32C();
      crc.update(header.array(), 0, end);
      header.putInt(end, (int) crc.getValue());
      disk.rot(name, header.array());
      assertThatThrownBy(() -> SnapshotStore.look(disk, CLUSTER, name, SnapshotStoreTest::load))
          .as("%d at %d", field[1], field[0])
          .isInstanceOf(SnapshotDamagedException.class)
          .hasMessage("disk/" + name + ", byte 0: the header makes no sense");
    }
  }

  @Test
  void aStreamThatIsNoSnapshotIsToldFromADamagedOne() {
    InputStream text = InputStream.nullInputStream();
    assertThatThrownBy(() -> new SnapshotReader(text, "x")).hasMessageContaining("cut short");
    byte[] other = "a text of more than sixteen bytes".getBytes(UTF_8);
    assertThatThrownBy(() -> new SnapshotReader(new ByteArrayInputStream(other), "x"))
        .hasMessage("x, byte 0: this is no snapshot of raftctl");
  }
}
