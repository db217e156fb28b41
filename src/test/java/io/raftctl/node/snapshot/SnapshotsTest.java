package io.raftctl.node.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.SnapshotWork;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Snapshots of a node on a simulated disk that is full, and of a leader.
class SnapshotsTest {
  private static final NodeId SELF = new NodeId("1");
  private static final NodeId LEADER = new NodeId("2");
  private static final int VALUE_BYTES = 3000;

  /// A node as far as it has to do with snapshots.
  private static final class Host {
    final SimulatedDisk disk = new SimulatedDisk("disk", new SplittableRandom(1));
    final LogStore log =
        DataDirectory.open(disk, "test", SELF, 7, new LogOptions(5120, Runnable::run));
    final SnapshotStore store = SnapshotStore.open(disk, "test");
    final SessionMachine machine =
        new SessionMachine(new KeyValueStore(), new SessionTable(SessionLimits.DEFAULT));
    final List<Input> inbox = new ArrayList<>();
    final List<String> lines = new ArrayList<>();
    final Snapshots snapshots =
        new Snapshots(
            SELF,
            new NodeStorage(log, store, 1 << 30),
            machine,
            new Snapshots.World(Runnable::run, Runnable::run, _ -> {}, inbox::add, lines::add));

    /// A state that takes some room.
    AppliedState state(long index) {
      byte[] command = ("put k " + "x".repeat(VALUE_BYTES)).getBytes(UTF_8);
      machine.apply(
          new Place(1, index), new SessionCommand.Plain(new RequestId(1, index), command));
      return new AppliedState(new EntryId(1, index), new byte[0], machine.state());
    }

    /// The node has applied something, and takes a snapshot if it is time.
    void applied(long index) {
      snapshots.applied(1, taker -> taker.accept(state(index)));
    }

    /// The log gives up its front and keeps a spare of it.
    void compact() {
      for (long index = 1; index <= 5; index++) {
        Entry entry = new Entry(new EntryId(1, index), Entry.Kind.COMMAND, new byte[3000]);
        log.write(null, List.of(entry));
      }
      log.sync();
      log.compact(3);
      assertThat(spares()).isNotEmpty();
    }

    List<String> spares() {
      return disk.contents().stream().filter(name -> name.startsWith("spare-")).toList();
    }

    List<String> files() {
      return disk.contents().stream().filter(SnapshotStore::isPart).toList();
    }

    void receive(Snapshot snapshot, byte[] bytes) {
      CRC32C crc = new CRC32C();
      crc.update(bytes);
      Message.InstallSnapshot chunk =
          new Message.InstallSnapshot(LEADER, SELF, 1, snapshot, 0, bytes, (int) crc.getValue());
      snapshots.carryOut(new SnapshotWork(null, 0, List.of(), List.of(chunk), false));
    }
  }

  private final Host node = new Host();

  @Test
  void aSnapshotThatFindsNoRoomGetsThatOfSpareSegmentsAndIsTriedAgain() {
    node.compact();
    node.disk.limit(node.disk.used());
    node.snapshots.want();
    node.applied(5);
    assertThat(node.lines).singleElement().asString().contains("No space left on device");
    assertThat(node.spares()).isEmpty();
    node.applied(6);
    assertThat(node.files()).containsExactly("snapshot-0000000000000006");
  }

  @Test
  void whereThereIsNothingToGiveUpItIsNotTriedAgainAtOnce() {
    node.disk.limit(node.disk.used());
    node.snapshots.want();
    node.applied(5);
    long operations = node.disk.operations();
    node.applied(6);
    assertThat(node.disk.operations()).isEqualTo(operations);
  }

  @Test
  void aSnapshotOfALeaderThatFindsNoRoomGetsThatOfSpareSegmentsToo() throws IOException {
    Host leader = new Host();
    Snapshot snapshot = saved(leader, 9);
    byte[] bytes = leader.store.read(snapshot, 0, (int) snapshot.bytes());
    node.compact();
    node.disk.limit(node.disk.used());
    node.receive(snapshot, bytes);
    assertThat(node.spares()).isEmpty();
    node.receive(snapshot, bytes);
    assertThat(node.store.snapshots()).containsExactly(snapshot);
  }

  @Test
  void whoeverOnlyReceivesSnapshotsKeepsTwoAsWell() throws IOException {
    Host leader = new Host();
    for (long index = 10; index <= 50; index += 10) {
      Snapshot snapshot = saved(leader, index);
      node.receive(snapshot, leader.store.read(snapshot, 0, (int) snapshot.bytes()));
    }
    assertThat(node.files())
        .containsExactly("snapshot-0000000000000040", "snapshot-0000000000000050");
  }

  private static Snapshot saved(Host leader, long index) {
    leader.snapshots.want();
    leader.applied(index);
    return leader.store.snapshots().getLast();
  }
}
