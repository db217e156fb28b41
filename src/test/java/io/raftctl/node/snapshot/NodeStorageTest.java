package io.raftctl.node.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.offline.Verification;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a start makes of real files: of a snapshot that has rotted, or is ahead of the log.
final class NodeStorageTest {
  private static final NodeId SELF = new NodeId("1");
  private static final EntryId BASE = new EntryId(2, 7);
  private static final RequestId REQUEST = new RequestId(1, 1);
  private static final HardState PROMISED = new HardState(3, new NodeId("2"));
  private static final Entry BEHIND = new Entry(new EntryId(3, 8), Entry.Kind.NO_OP, new byte[0]);

  @TempDir Path folder;

  private static SessionMachine machine() {
    return new SessionMachine(new KeyValueStore(), new SessionTable(SessionLimits.DEFAULT));
  }

  private static NodeStorage open(FileDisk disk) {
    LogStore log = DataDirectory.open(disk, "test", SELF, 7, new LogOptions(8192, Runnable::run));
    return new NodeStorage(log, SnapshotStore.open(disk, "test"), 1 << 20);
  }

  private Path snapshotFile() {
    return folder.resolve("snapshot-0000000000000007");
  }

  /// What a command at [#BASE] came to.
  private static AppliedState stateOf(String command) {
    SessionMachine machine = machine();
    machine.apply(
        new Place(BASE.term(), BASE.index()),
        new SessionCommand.Once(Stamp.first(REQUEST, 0), command.getBytes(UTF_8)));
    return new AppliedState(BASE, new byte[0], machine.state());
  }

  /// A directory whose log begins after [#BASE], where a snapshot holds what was before.
  ///
  /// @return that snapshot's name
  private Snapshot installed() throws IOException {
    try (FileDisk disk = FileDisk.open(folder);
        NodeStorage storage = open(disk)) {
      AppliedState state = stateOf("put k v");
      Snapshot saved = storage.snapshots().save(BASE, new byte[0], state::write);
      storage.log().startAfter(BASE);
      storage.log().write(PROMISED, List.of(BEHIND));
      storage.log().sync();
      return saved;
    }
  }

  /// A leader's snapshot is safe before the log follows it, and a crash may come between the two.
  /// The next start must neither refuse nor leave the log behind.
  @Test
  void aSnapshotThatIsAheadOfTheLogTakesItsPlace() throws IOException {
    try (FileDisk disk = FileDisk.open(folder);
        NodeStorage storage = open(disk)) {
      Entry old = new Entry(new EntryId(1, 1), Entry.Kind.NO_OP, new byte[0]);
      storage.log().write(new HardState(1, null), List.of(old));
      storage.log().sync();
      AppliedState ahead = stateOf("put k v");
      storage.snapshots().save(BASE, new byte[0], ahead::write);
    }
    for (int start = 1; start <= 2; start++) {
      SessionMachine machine = machine();
      try (FileDisk disk = FileDisk.open(folder);
          NodeStorage storage = open(disk)) {
        assertThat(storage.recover(machine).last()).isEqualTo(BASE);
        assertThat(machine.query("get k".getBytes(UTF_8)).text()).isEqualTo("v");
        assertThat(storage.log().terms().base()).isEqualTo(BASE);
        assertThat(storage.log().terms().last()).isEqualTo(BASE);
        assertThat(storage.log().hardState().term()).isEqualTo(BASE.term());
      }
    }
  }

  @Test
  void aSnapshotSaysWhichRequestsHaveRun() throws IOException {
    installed();
    SessionMachine machine = machine();
    try (FileDisk disk = FileDisk.open(folder);
        NodeStorage storage = open(disk)) {
      storage.recover(machine);
    }
    assertThat(machine.fate(REQUEST, 0))
        .isInstanceOfSatisfying(
            Fate.Applied.class, fate -> assertThat(fate.at().index()).isEqualTo(BASE.index()));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void keepsAllThatIsThereUntilAPeersSnapshotHasCome() throws IOException {
    Snapshot snapshot = installed();
    byte[] intact = Files.readAllBytes(snapshotFile());
    byte[] rotten = intact.clone();
    rotten[rotten.length / 2] ^= 1;
    Files.write(snapshotFile(), rotten);
    for (int start = 1; start <= 2; start++) {
      final List<String> before = files();
      SessionMachine machine = machine();
      try (FileDisk disk = FileDisk.open(folder);
          NodeStorage storage = open(disk)) {
        assertThat(storage.recover(machine)).isEqualTo(NodeStorage.Recovered.NOTHING);
        assertThat(storage.held()).isEmpty();
        assertThat(storage.log().hardState()).isEqualTo(PROMISED);
        assertThat(storage.log().terms().base()).isEqualTo(BASE);
        assertThat(storage.log().read(8, 8, 1 << 20)).containsExactly(BEHIND);
        assertThat(files()).isEqualTo(before);
        assertThat(snapshotFile()).hasBinaryContent(rotten);
      }
      try (FileDisk disk = FileDisk.look(folder)) {
        assertThat(Verification.of(disk, false).findings())
            .anyMatch(it -> it.contains("the log begins after entry 7, and no intact snapshot"))
            .hasSize(2);
      }
    }

    SessionMachine machine = machine();
    try (FileDisk disk = FileDisk.open(folder);
        NodeStorage storage = open(disk)) {
      storage.recover(machine);
      storage.snapshots().receive(3, snapshot, 0, intact);
      storage.snapshots().finish(snapshot, AppliedState.loader(machine));
      storage.snapshots().removeOld();
    }
    try (FileDisk disk = FileDisk.open(folder);
        NodeStorage storage = open(disk)) {
      assertThat(storage.recover(machine).last()).isEqualTo(BASE);
      assertThat(machine.query("get k".getBytes(UTF_8)).text()).isEqualTo("v");
      assertThat(storage.log().terms().last()).isEqualTo(BEHIND.id());
      assertThat(Verification.of(disk, false).findings()).isEmpty();
    }
  }
}
