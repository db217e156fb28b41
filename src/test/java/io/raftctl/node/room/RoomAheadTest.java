package io.raftctl.node.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.room.Room;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What the core is told before a turn, over the real log on a simulated disk.
class RoomAheadTest {
  private static final int SEGMENT = 5120;
  private static final Input PROPOSAL = new Input.Propose(1, new byte[1000]);

  private final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
  private final LogStore log =
      DataDirectory.open(disk, "test", new NodeId("1"), 7, new LogOptions(SEGMENT, Runnable::run));
  private final List<String> wishes = new ArrayList<>();
  private final RoomAhead room = new RoomAhead(log, () -> wishes.add("snapshot"));

  /// Nothing is ready behind the segment that is written, and nothing more can be had.
  private void fill() {
    disk.limit(disk.used());
    for (long index = 1; index <= 4; index++) {
      Entry entry = new Entry(new EntryId(1, index), Entry.Kind.COMMAND, new byte[1000]);
      log.write(null, List.of(entry));
    }
  }

  private List<Input> ticks(int count) {
    return room.before(Collections.nCopies(count, new Input.Tick()));
  }

  private static Input.SnapshotReceived received(long index) {
    return new Input.SnapshotReceived(new NodeId("2"), new EntryId(1, index), null);
  }

  private static boolean saysShort(List<Input> told) {
    return told.getFirst() instanceof Input.RoomLeft left && left.room().isShort();
  }

  @Test
  void whereThereIsRoomTheCoreHearsNothingOfIt() {
    List<Input> arrived = List.of(new Input.Tick(), PROPOSAL, received(7));
    assertThat(room.before(arrived)).isEqualTo(arrived);
    assertThat(wishes).isEmpty();
  }

  @Test
  void itHearsOfAFullDiskBeforeAllElseAndASnapshotIsWantedOnce() {
    fill();
    for (int turn = 0; turn < 3; turn++) {
      List<Input> told = room.before(List.of(PROPOSAL));
      assertThat(saysShort(told)).isTrue();
      assertThat(told).endsWith(PROPOSAL).hasSize(2);
    }
    assertThat(wishes).hasSize(1);
  }

  @Test
  void theDiskIsAskedAgainAfterSomeTicksAndNotBefore() {
    fill();
    room.before(List.of());
    disk.limit(Long.MAX_VALUE);
    long operations = disk.operations();
    assertThat(saysShort(ticks(30))).isTrue();
    assertThat(saysShort(ticks(19))).isTrue();
    assertThat(disk.operations()).isEqualTo(operations);
    assertThat(ticks(1).getFirst()).isEqualTo(new Input.RoomLeft(Room.AMPLE));
    assertThat(ticks(1)).containsExactly(new Input.Tick());
  }

  @Test
  void aStateIsNotWrittenInVainAsOften() {
    fill();
    room.before(List.of());
    for (int turn = 0; turn < 1999; turn++) {
      ticks(1);
    }
    assertThat(wishes).hasSize(2);
    ticks(1);
    assertThat(wishes).hasSize(3);
  }

  @Test
  void aReceivedSnapshotIsInstalledOnAFullDiskAndMakesRoom() {
    fill();
    List<Input> told = room.before(List.of(received(7)));
    assertThat(saysShort(told)).isTrue();
    assertThat(told).endsWith(received(7)).hasSize(2);
    log.startAfter(new EntryId(1, 7));
    log.sync();
    disk.limit(disk.used()); // What it gave up, others have taken.
    assertThat(ticks(50).getFirst()).isEqualTo(new Input.RoomLeft(Room.AMPLE));
  }

  @Test
  void aReceivedSnapshotWaitsWhereNotASingleRecordFitsAndTheNewestStandsForAll() {
    fill();
    long index = 100;
    while (room.before(List.of(received(index))).size() == 2) {
      log.startAfter(new EntryId(1, index++)); // Not synced, so nothing is given up.
    }
    assertThat(index).isGreaterThan(101);
    assertThat(room.before(List.of(received(700), received(900), received(800)))).hasSize(1);
    assertThat(ticks(1)).hasSize(2);
    disk.limit(Long.MAX_VALUE);
    List<Input> told = ticks(50);
    assertThat(told.subList(0, 2)).containsExactly(new Input.RoomLeft(Room.AMPLE), received(900));
    assertThat(told).hasSize(52);
    log.startAfter(new EntryId(1, 900));
  }
}
