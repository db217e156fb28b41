package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentName;
import io.raftctl.storage.log.SegmentedLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Damages a disk that is at rest. A start finds all that was synced, or refuses in one line and
/// leaves the disk as it is; it never goes on with less, and never fails in another way. Only the
/// term and the vote may be gone, and then it says so.
final class RotTest {
  private static final int SECTOR = 512;

  @Test
  void aFlippedByteAnywhereNeverCostsASyncedEntry() {
    for (Script script : scriptsAtRest()) {
      for (String file : script.disk.contents()) {
        int size = script.disk.contents(file).length;
        for (int at = 0; at < size; at += at < 1200 || at % SECTOR < 64 ? 3 : 29) {
          int place = at;
          damage(script, file, "byte " + at, bytes -> flipped(bytes, place));
        }
      }
    }
  }

  @Test
  void aLostSectorNeverCostsAnEntryOfALogThatWasClosed() {
    Script script = closed();
    for (String file : script.disk.contents()) {
      int size = script.disk.contents(file).length;
      for (int at = 0; at < size; at += SECTOR) {
        int from = at;
        damage(script, file, "zeros at " + at, bytes -> zeroed(bytes, from, from + SECTOR));
      }
    }
  }

  /// One copy of each header is left, and it says what is lost. Only where the next record would
  /// begin, nobody knows whether there was one.
  @Test
  void aSingleDamageKeepsALogThatWasClosedFromOpeningOnlyAtItsEnd() {
    Script script = closed();
    List<String> refused = new ArrayList<>();
    for (String file : script.disk.contents().stream().filter(SegmentName::is).toList()) {
      int size = script.disk.contents(file).length;
      for (int at = 0; at < size; at++) {
        int place = at;
        if (!damage(script, file, "byte " + at, bytes -> flipped(bytes, place))) {
          refused.add(file + " " + at);
        }
      }
      for (int at = 0; at < size; at += SECTOR) {
        int from = at;
        assertThat(damage(script, file, "zeros", bytes -> zeroed(bytes, from, from + SECTOR)))
            .as("%s: zeros at %d", file, at)
            .isTrue();
      }
    }
    int end = Integer.parseInt(refused.getFirst().split(" ")[1]);
    assertThat(refused)
        .isEqualTo(IntStream.range(end, end + 48).mapToObj(at -> "log-00000003 " + at).toList());
  }

  @Test
  void aShortFileIsRefused() {
    for (Script script : scriptsAtRest()) {
      for (String file : script.disk.contents()) {
        int size = script.disk.contents(file).length;
        for (int length : new int[] {0, 1, 511, 512, 513, size / 2, size - SECTOR, size - 1}) {
          damage(script, file, "cut to " + length, bytes -> Arrays.copyOf(bytes, length));
        }
        damage(script, file, "longer", bytes -> Arrays.copyOf(bytes, size + 1));
      }
    }
  }

  @Test
  void aMissingFileIsRefused() {
    for (Script script : scriptsAtRest()) {
      for (String file : script.disk.contents()) {
        SimulatedDisk disk = script.disk.copy(new SplittableRandom(1));
        disk.lose(file);
        requireAllOrRefusal(script, disk, file + ": missing");
      }
    }
  }

  @Test
  void sectorsInTheWrongPlaceNeverCostAnEntryOfALogThatWasClosed() {
    Script script = closed();
    for (String file : script.disk.contents()) {
      int sectors = script.disk.contents(file).length / SECTOR;
      for (int from = 0; from < sectors; from++) {
        for (int to = 0; to < sectors; to++) {
          int one = from;
          int other = to;
          damage(script, file, one + " and " + other + " swapped", it -> swapped(it, one, other));
          damage(script, file, one + " copied to " + other, it -> copied(it, one, other));
        }
      }
    }
  }

  @Test
  void filesInTheWrongPlaceAreRefused() {
    for (Script script : scriptsAtRest()) {
      for (String from : script.disk.contents()) {
        for (String to : script.disk.contents()) {
          byte[] bytes = script.disk.contents(from);
          damage(script, to, "copied from " + from, _ -> bytes);
        }
      }
    }
  }

  @Test
  void aFileOfAnotherNodeIsRefused() {
    Script ours = closed();
    SimulatedDisk theirs = new SimulatedDisk("theirs", new SplittableRandom(1));
    DataDirectory.open(theirs, "test", new NodeId("2"), 7, Script.OPTIONS).close();
    for (String file : theirs.contents()) {
      SimulatedDisk disk = ours.disk.copy(new SplittableRandom(1));
      disk.rot(file, theirs.contents(file));
      requireRefusal(disk, file);
    }
  }

  /// A log that was closed, one whose process just ended after a sync, and one that started anew in
  /// the middle of a segment and goes on in one that was used before.
  private static Script[] scriptsAtRest() {
    return new Script[] {closed(), synced(), startedAnew()};
  }

  private static Script startedAnew() {
    Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
    script.start();
    script.write(new HardState(1, new NodeId("1")), Script.entries(1, 1, 3000, 3000, 300));
    script.sync();
    script.fill();
    script.writeWhatFits(600);
    script.startAfter(new EntryId(2, 40));
    script.sync();
    script.log().makeRoom();
    script.write(new HardState(2, new NodeId("3")), Script.entries(41, 2, 40, 1000, 600));
    script.sync();
    script.disk.limit(Long.MAX_VALUE);
    return script;
  }

  private static Script closed() {
    Script script = synced();
    script.stop();
    return script;
  }

  private static Script synced() {
    Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
    script.start();
    script.write(new HardState(1, new NodeId("1")), Script.entries(1, 1, 100, 0, 600, 600));
    script.sync();
    script.write(null, Script.entries(5, 1, 100, 2000));
    script.sync();
    script.write(new HardState(2, new NodeId("3")), Script.entries(4, 2, 40, 1000, 1200));
    script.sync();
    script.write(new HardState(3, null), Script.entries(7, 3, 5, 6));
    script.sync();
    return script;
  }

  private static boolean damage(
      Script script, String file, String what, UnaryOperator<byte[]> damaging) {
    SimulatedDisk disk = script.disk.copy(new SplittableRandom(1));
    disk.rot(file, damaging.apply(disk.contents(file)));
    return requireAllOrRefusal(script, disk, file + ": " + what);
  }

  /// @return whether the log could be opened
  private static boolean requireAllOrRefusal(Script script, SimulatedDisk disk, String what) {
    SimulatedDisk before = disk.copy(new SplittableRandom(1));
    try {
      SegmentedLog log = Script.open(disk);
      boolean forgot = log.hardState().lost() && what.startsWith("hard-state: ");
      requireAll(script.twin, log, forgot);
      log.close();
      assertThat(requireAll(script.twin, Script.open(disk), forgot)).as("still damaged").isZero();
      return true;
    } catch (StorageException e) {
      assertThat(e.getMessage()).as(what).startsWith("disk").doesNotContain("\n").contains("; ");
      requireUnchanged(before, disk, what);
      return false;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(what, e);
    }
  }

  /// @param forgot the term and the vote are lost, and nothing else may be
  /// @return how many entries are damaged
  private static int requireAll(Twin twin, SegmentedLog log, boolean forgot) {
    if (!forgot) {
      return twin.requireAllSynced(log);
    }
    twin.requireAllSyncedButHardState(log);
    return 0;
  }

  private static void requireRefusal(SimulatedDisk disk, String what) {
    SimulatedDisk before = disk.copy(new SplittableRandom(1));
    try {
      Script.open(disk);
      fail(what + " was accepted");
    } catch (StorageException e) {
      requireUnchanged(before, disk, what);
    }
  }

  private static void requireUnchanged(SimulatedDisk before, SimulatedDisk after, String what) {
    assertThat(after.operations()).as(what).isZero();
    assertThat(after.contents()).as(what).isEqualTo(before.contents());
  }

  private static byte[] flipped(byte[] bytes, int at) {
    bytes[at] ^= 0x41;
    return bytes;
  }

  private static byte[] zeroed(byte[] bytes, int from, int to) {
    Arrays.fill(bytes, from, Math.min(to, bytes.length), (byte) 0);
    return bytes;
  }

  private static byte[] swapped(byte[] bytes, int one, int other) {
    byte[] sector = Arrays.copyOfRange(bytes, one * SECTOR, (one + 1) * SECTOR);
    copied(bytes, other, one);
    System.arraycopy(sector, 0, bytes, other * SECTOR, SECTOR);
    return bytes;
  }

  private static byte[] copied(byte[] bytes, int from, int to) {
    System.arraycopy(bytes, from * SECTOR, bytes, to * SECTOR, SECTOR);
    return bytes;
  }
}
