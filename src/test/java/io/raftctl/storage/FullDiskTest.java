package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.room.Room;
import io.raftctl.simulation.disk.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A disk that fills up: whoever asks before it writes is never refused, and learns of it while
/// there is room for the last.
final class FullDiskTest {
  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
  private final Script script = new Script(disk, new Twin());

  private void fill() {
    script.fill();
  }

  private void makeRoom() {
    disk.limit(Long.MAX_VALUE);
    script.log().makeRoom();
  }

  private Room reserve(List<Entry> entries) {
    return script.reserve(entries);
  }

  private List<Entry> next(int... lengths) {
    return script.next(lengths);
  }

  private int writeWhatFits(int length) {
    return script.writeWhatFits(length);
  }

  @Test
  void aFullDiskIsKnownASegmentEarlyAndTakesWhatIsLeftOfIt() {
    script.start();
    script.write(new HardState(1, null), next(1000, 1000));
    assertThat(reserve(next(1000))).isEqualTo(Room.AMPLE);
    fill();
    assertThat(writeWhatFits(700)).isGreaterThanOrEqualTo(2);
    script.write(new HardState(2, new NodeId("3")), List.of());
    script.sync();
    disk.crash();
    script.start();
  }

  @Test
  void itHealsWhenThereIsRoomAgain() {
    script.start();
    fill();
    script.write(null, next(3000));
    writeWhatFits(700);
    Room room = reserve(next(3000));
    assertThat(room.isShort()).isTrue();
    disk.limit(Long.MAX_VALUE);
    assertThat(reserve(next(3000)).isShort()).as("before it is tried again").isTrue();
    script.log().makeRoom();
    assertThat(reserve(next(3000, 3000, 3000))).isEqualTo(Room.AMPLE);
    script.write(null, next(3000, 3000, 3000));
    script.sync();
    disk.crash();
    script.start();
  }

  @Test
  void aSegmentThatCannotBeMadeLeavesNothingBehind() {
    script.start();
    fill();
    disk.limit(disk.used() + 3000);
    script.write(null, next(3000));
    writeWhatFits(700);
    assertThat(disk.contents()).noneMatch(name -> name.endsWith(".tmp"));
    List<String> before = disk.contents();
    for (int attempt = 0; attempt < 5; attempt++) {
      script.log().makeRoom();
      assertThat(reserve(next(3000)).isShort()).isTrue();
    }
    assertThat(disk.contents()).isEqualTo(before);
  }

  @Test
  void anEntryLargerThanASegmentIsRefusedBeforeItIsWritten() {
    script.start();
    fill();
    Room room = reserve(next(20_000));
    assertThat(room.isShort()).isTrue();
    assertThat(room.takes(next(20_000).getFirst())).isFalse();
    makeRoom();
    assertThat(reserve(next(20_000, 20_000))).isEqualTo(Room.AMPLE);
    fill();
    script.write(null, next(20_000, 20_000));
    script.sync();
  }

  @Test
  void nothingIsTriedWithoutBeingAskedTo() {
    script.start();
    fill();
    script.write(null, next(3000));
    writeWhatFits(700);
    long operations = disk.operations();
    for (int turn = 0; turn < 100; turn++) {
      reserve(next(3000));
    }
    assertThat(disk.operations()).isEqualTo(operations);
  }

  @Test
  void aLogThatWasCompactedHasRoomAgain() {
    script.start();
    script.write(null, next(3000, 3000, 3000, 3000));
    script.sync();
    fill();
    writeWhatFits(700);
    script.sync();
    assertThat(reserve(next(3000)).isShort()).isTrue();
    fill();
    script.compact(script.twin.lastIndex() - 1);
    fill(); // What it gave up, others have taken.
    script.log().makeRoom();
    assertThat(reserve(next(3000))).isEqualTo(Room.AMPLE);
    script.write(null, next(3000));
    script.sync();
    disk.crash();
    script.start();
  }

  @Test
  void aSnapshotTakesThePlaceOfTheLogAndMakesRoomByIt() {
    script.start();
    script.write(new HardState(1, null), next(3000, 3000, 3000));
    fill();
    writeWhatFits(700);
    script.sync();
    assertThat(reserve(next(3000)).isShort()).isTrue();
    script.startAfter(new EntryId(2, 40));
    script.sync();
    fill(); // What it gave up, others have taken.
    script.log().makeRoom();
    assertThat(reserve(next(3000))).isEqualTo(Room.AMPLE);
    script.write(new HardState(2, null), next(3000));
    script.sync();
    disk.crash();
    script.start();
    assertThat(script.twin.lastIndex()).isEqualTo(41);
  }

  /// The last segment may be filled as far as it was said to have room, to the byte.
  @Test
  void thereIsAlwaysRoomToStartAnew() {
    for (int length = 0; length < 440; length++) {
      FullDiskTest test = new FullDiskTest();
      test.script.start();
      test.script.write(new HardState(1, null), test.next(3000));
      test.fill();
      test.script.write(null, test.next(1200, length));
      for (int small = 0; small < length % 11; small++) {
        test.script.write(null, test.next(1));
      }
      long rest = test.reserve(List.of()).bytes();
      if (rest >= Room.OVERHEAD_BYTES) {
        test.script.write(null, test.next((int) rest - Room.OVERHEAD_BYTES));
      }
      assertThat(test.script.log().startsAnew()).as("after %d bytes", length).isTrue();
      test.script.startAfter(new EntryId(2, 50));
      test.script.sync();
      test.disk.crash();
      test.script.start();
    }
  }

  @Test
  void aStartAtTheEndOfTheLogForgetsWhatIsBeforeIt() {
    script.start();
    script.write(new HardState(1, null), next(3000, 3000, 3000));
    fill();
    writeWhatFits(700);
    script.sync();
    script.startAfter(new EntryId(1, script.twin.lastIndex()));
    script.sync();
    script.start();
    assertThat(script.log().terms().base()).isEqualTo(new EntryId(1, script.twin.lastIndex()));
  }

  /// What a snapshot of a leader contradicts may reach further than the snapshot: then the log may
  /// not begin behind that before it says that it starts anew.
  @Test
  void nothingIsGivenUpBeforeTheStartThatReplacesItIsSynced() {
    for (int fate = 0; fate < 50; fate++) {
      FullDiskTest test = new FullDiskTest();
      test.script.start();
      test.script.write(new HardState(1, null), test.next(3000, 3000, 3000));
      test.fill();
      test.writeWhatFits(700);
      test.script.sync();
      test.script.startAfter(new EntryId(2, 1));
      test.script.log().makeRoom();
      SimulatedDisk torn = test.disk.copy(new SplittableRandom(fate));
      torn.crash();
      test.script.twin.recover(Script.open(torn));
    }
  }

  /// Nobody asks before a start, which may find a snapshot that is ahead of the log.
  @Test
  void aLogStartsAnewOnAFullDiskHoweverOftenTheNodeStartedThere() {
    script.start();
    script.write(new HardState(1, null), next(3000, 3000, 3000));
    script.sync();
    fill();
    writeWhatFits(10);
    for (int start = 0; start < 20; start++) {
      script.write(new HardState(2 + start, null), List.of());
      script.sync();
      script.start();
      writeWhatFits(10);
    }
    script.startAfter(new EntryId(2, 1000));
    script.sync();
    disk.crash();
    script.start();
    assertThat(script.twin.lastIndex()).isEqualTo(1000);
  }

  @Test
  void aNodeStartsOnAFullDiskAndIsShortOfRoom() {
    script.start();
    script.write(new HardState(1, null), next(3000));
    script.write(null, next(1000));
    script.sync();
    disk.lose("log-00000003");
    fill();
    disk.crash();
    script.start();
    assertThat(reserve(next(3000)).isShort()).isTrue();
    script.write(new HardState(2, new NodeId("2")), next(10));
    script.sync();
    makeRoom();
    assertThat(reserve(next(3000))).isEqualTo(Room.AMPLE);
  }

  @Test
  void aNodeThatNeverRanSaysWhatItNeeds() {
    disk.limit(10_000);
    assertThatThrownBy(script::start)
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "disk/segment.tmp: No space left on device; make room on this file system, then start"
                + " the node again");
    disk.kill();
    disk.limit(Long.MAX_VALUE);
    script.start();
  }

  /// What a device holds of a write that it broke off, nobody knows.
  @Test
  void aWriteIntoPreparedSpaceThatFailsIsFinalAndNeverTakenForDone() {
    for (int room = 0; room < 1000; room += 50) {
      SimulatedDisk thin = new SimulatedDisk("disk", new SplittableRandom(room));
      Script written = new Script(thin, new Twin());
      written.start();
      written.write(new HardState(1, null), Script.entries(1, 1, 500));
      written.sync();
      thin.copyOnWrite();
      thin.limit(thin.used() + room);
      List<Entry> more = Script.entries(2, 1, 1000, 1500);
      written.twin.write(null, more);
      assertThatThrownBy(() -> written.log().write(null, more))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("No space left on device; make room");
      assertThatThrownBy(written.log()::sync).isInstanceOf(StorageException.class);
      thin.limit(Long.MAX_VALUE);
      thin.crash();
      written.start();
      written.write(null, Script.entries(written.twin.lastIndex() + 1, 1, 1500));
      written.sync();
    }
  }

  @Test
  void anErrorOfAnotherKindIsFinalAsEver() {
    script.start();
    disk.failAfter(4); // A write of what is being prepared.
    assertThatThrownBy(() -> reserve(next(20_000)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Input/output error");
    assertThatThrownBy(() -> script.log().reserve(Demand.NOTHING))
        .isInstanceOf(StorageException.class);
  }

  /// The disk fills up and empties at random; the log starts anew, restarts and crashes.
  @Test
  void whoeverAsksFirstIsNeverRefused() {
    int shortTurns = 0;
    for (int seed = 0; seed < 300; seed++) {
      try {
        shortTurns += walk(new SplittableRandom(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(shortTurns).isGreaterThan(1000);
  }

  private static int walk(SplittableRandom random) {
    FullDiskTest test = new FullDiskTest();
    test.script.start();
    int shortTurns = 0;
    for (int turn = 0; turn < 60; turn++) {
      switch (random.nextInt(8)) {
        case 0 -> test.disk.limit(test.disk.used() + random.nextInt(12_000));
        case 1 -> test.makeRoom();
        case 2 -> test.script.sync();
        case 3 -> {
          if (random.nextInt(4) == 0) {
            test.disk.crash();
            test.script.start();
          }
        }
        case 4 -> {
          boolean anew = random.nextInt(3) == 0;
          if (anew && !test.script.log().reserve(Demand.NOTHING.andAnew()).isShort()) {
            test.script.startAfter(new EntryId(1, test.script.twin.lastIndex() + 5));
          }
        }
        default -> shortTurns += test.turn(random) ? 1 : 0;
      }
    }
    return shortTurns;
  }

  /// Asks for some entries, writes those of them that have room, perhaps without the first ones.
  private boolean turn(SplittableRandom random) {
    int[] lengths = new int[1 + random.nextInt(6)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = random.nextInt(random.nextInt(10) == 0 ? 8000 : 1500);
    }
    Room room = reserve(next(lengths));
    Room left = room;
    List<Integer> taken = new ArrayList<>();
    for (int length : lengths) {
      Entry entry = next(length).getFirst();
      boolean skipped = random.nextInt(5) == 0;
      if (!skipped && left.takes(entry)) {
        left = left.without(entry);
        taken.add(length);
      }
    }
    script.write(null, next(taken.stream().mapToInt(it -> it).toArray()));
    return room.isShort();
  }
}
