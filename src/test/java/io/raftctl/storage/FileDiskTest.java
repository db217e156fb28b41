package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.log.SegmentedLog;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.SmallDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The storage on a real file system.
final class FileDiskTest {
  private static final LogOptions OPTIONS = new LogOptions(4096, Runnable::run);

  @TempDir private Path temporary;

  @Test
  void whatWasWrittenIsThereAfterAnotherStart() {
    Path directory = temporary.resolve("a/b/c");
    Twin twin = new Twin();
    for (int start = 0; start < 4; start++) {
      try (FileDisk disk = FileDisk.open(directory);
          SegmentedLog log = open(disk)) {
        twin.recover(log);
        HardState state = new HardState(start + 1, new NodeId("2"));
        List<Entry> entries =
            Script.entries(1 + start * 3L, start + 1, 0, 10, 600, 900, 3900, 9000, 5, 5, 5);
        twin.write(state, entries);
        log.write(state, entries);
        log.sync();
        twin.sync();
        twin.requireSame(log);
      }
    }
  }

  @Test
  void onAFullFileSystemALogStartsKnowsItAndHeals() throws Exception {
    Path mounted = Files.createDirectory(temporary.resolve("small"));
    String missing = SmallDisk.missing(mounted);
    assumeTrue(missing.isEmpty(), missing);
    try (SmallDisk small = SmallDisk.on(mounted, 1)) {
      Path directory = mounted.resolve("node");
      try (FileDisk disk = FileDisk.open(directory);
          SegmentedLog log = open(disk)) {
        log.write(new HardState(1, null), Script.entries(1, 1, 900));
      }
      small.fill();
      try (FileDisk disk = FileDisk.open(directory);
          SegmentedLog log = open(disk)) {
        Demand much = Demand.NOTHING.andData(30_000);
        assertThat(log.reserve(much).isShort()).isTrue();
        log.write(new HardState(2, null), Script.entries(2, 1, 900));
        log.sync();
        try (Disk.File file = disk.create("file")) {
          assertThatThrownBy(() -> file.write(ByteBuffer.allocate(10), 0))
              .isInstanceOf(NoRoomException.class)
              .hasMessage(disk + "/file: No space left on device");
        }
        small.makeRoom();
        log.makeRoom();
        assertThat(log.reserve(much)).isEqualTo(Room.AMPLE);
      }
    }
  }

  @Test
  void aTornTailIsCutAndRotIsRepaired() throws IOException {
    Path segment = temporary.resolve("log-00000001");
    try (FileDisk disk = FileDisk.open(temporary);
        SegmentedLog log = open(disk)) {
      log.write(null, Script.entries(1, 1, 700, 700));
    }
    byte[] whole = Files.readAllBytes(segment);
    byte[] torn = whole.clone();
    Arrays.fill(torn, 1536, torn.length - 512, (byte) 0);
    Files.write(segment, torn);
    try (FileDisk disk = FileDisk.open(temporary);
        SegmentedLog log = open(disk)) {
      assertThat(Twin.contents(log)).isEqualTo(Script.entries(1, 1, 700));
    }
    whole[600] ^= 1;
    Files.write(segment, whole);
    try (FileDisk disk = FileDisk.open(temporary);
        SegmentedLog log = open(disk)) {
      assertThat(log.damaged()).extracting(DamagedEntry::index).containsExactly(1L);
      log.repair(Script.entries(1, 1, 700));
      log.sync();
      assertThat(log.read(1, 1, 1)).isEqualTo(Script.entries(1, 1, 700));
    }
  }

  @Test
  void oneThreadMayWriteWhileOthersSyncReadAndPrepareSegments() throws Exception {
    Twin twin = new Twin();
    AtomicLong readable = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        FileDisk disk = FileDisk.open(temporary);
        SegmentedLog log =
            DataDirectory.open(disk, "test", Script.NODE, 7, new LogOptions(16_384, threads))) {
      Future<?> syncs = threads.submit(() -> repeat(readable, log::sync));
      Future<?> reads = threads.submit(() -> repeat(readable, () -> readAll(log, readable)));
      for (int batch = 0; batch < 300; batch++) {
        List<Entry> entries = Script.entries(1 + batch * 4L, 1, 10, 200, 700, 100);
        twin.write(null, entries);
        log.write(null, entries);
        readable.set(entries.getLast().index());
      }
      readable.set(-1);
      syncs.get();
      reads.get();
      twin.requireSame(log);
    }
    twin.sync();
    try (FileDisk disk = FileDisk.open(temporary);
        SegmentedLog log = open(disk)) {
      twin.recover(log);
    }
  }

  @Test
  void aDirectoryInUseIsRefused() {
    try (FileDisk disk = FileDisk.open(temporary)) {
      assertThatThrownBy(() -> FileDisk.open(temporary))
          .isInstanceOf(StorageException.class)
          .hasMessage(inUse(disk));
    }
    FileDisk.open(temporary).close();
  }

  @Test
  void aDirectoryThatAnotherProcessUsesIsRefused() throws Exception {
    try (FileDisk disk = FileDisk.open(temporary)) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThat(openInAnotherProcess().out()).isEqualTo(inUse(disk));
      }
    }
    assertThat(openInAnotherProcess().out()).isEqualTo("opened");
  }

  @Test
  void aDirectoryOfSomethingElseIsRefusedAndNotTouched() throws IOException {
    Files.writeString(temporary.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> FileDisk.open(temporary))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("neither empty nor a raftctl data directory (it holds notes.txt)");
    try (var files = Files.list(temporary)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void aFileInThePlaceOfTheDirectoryIsAnErrorInOneLine() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "mine");
    for (Path path : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(() -> FileDisk.open(path))
          .isInstanceOf(StorageException.class)
          .hasMessage(path + ": there is a file in its place; choose another --data-dir");
    }
  }

  @Test
  void aLockOfSomethingElseIsNotTouched() throws IOException {
    Path lock = Files.writeString(temporary.resolve("LOCK"), "LevelDB's");
    Files.writeString(temporary.resolve("CURRENT"), "MANIFEST-000001");
    assertThatThrownBy(() -> FileDisk.open(temporary))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("neither empty nor a raftctl data directory (it holds CURRENT)");
    assertThat(lock).hasContent("LevelDB's");
  }

  @Test
  void anIdentityOfSomethingElseIsNotOurs() throws IOException {
    for (String content : List.of("", "ssh-ed25519 AAAA", "x".repeat(600))) {
      Path identity = Files.writeString(temporary.resolve("identity"), content);
      assertThatThrownBy(() -> FileDisk.open(temporary))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("neither empty nor a raftctl data directory (it holds identity)");
      assertThat(identity).hasContent(content);
      assertThat(temporary.resolve("LOCK")).doesNotExist();
    }
  }

  @Test
  void anIdentityThatRottedIsStillKnownForOurs() throws IOException {
    try (FileDisk disk = FileDisk.open(temporary);
        SegmentedLog log = open(disk)) {
      log.sync();
    }
    // As a log that has given up its first segments.
    Files.move(temporary.resolve("log-00000001"), temporary.resolve("log-00000007"));
    Files.write(temporary.resolve("identity"), new byte[512]);
    try (FileDisk disk = FileDisk.open(temporary)) {
      assertThatThrownBy(() -> open(disk))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("the identity of the node is not intact");
    }
  }

  @Test
  void errorsNameTheFile() throws IOException {
    try (FileDisk disk = FileDisk.open(temporary)) {
      assertThatThrownBy(() -> disk.open("x")).hasMessage(disk + "/x: no such file");
      assertThatThrownBy(() -> disk.remove("x")).hasMessage(disk + "/x: no such file");
      assertThatThrownBy(() -> disk.rename("x", "y")).hasMessage(disk + "/x: no such file");
      Disk.File file = disk.create("x");
      assertThatThrownBy(() -> disk.create("x")).hasMessage(disk + "/x: exists already");
      file.close();
      assertThatThrownBy(file::sync)
          .hasMessage(disk + "/x: the file was closed, perhaps by an interrupt");
    }
  }

  /// What another process says that tries to use a directory.
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) {
      try (FileDisk disk = FileDisk.open(Path.of(arguments[0]))) {
        assertThat(disk.list()).isEmpty();
        System.out.print("opened");
      } catch (StorageException e) {
        System.out.print(e.getMessage());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private ProcessRun openInAnotherProcess() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    String main = Other.class.getName();
    return ProcessRun.Order.of(
            temporary, java, "-XX:TieredStopAtLevel=1", "-cp", classes, main, temporary.toString())
        .run();
  }

  private static String inUse(FileDisk disk) {
    return "data directory %s is in use by another raftctl node (pid %d); stop it or choose"
            .formatted(disk, ProcessHandle.current().pid())
        + " another --data-dir";
  }

  private static SegmentedLog open(FileDisk disk) {
    return DataDirectory.open(disk, "test", Script.NODE, 7, OPTIONS);
  }

  private static void repeat(AtomicLong readable, Runnable action) {
    while (readable.get() >= 0) {
      action.run();
    }
  }

  private static void readAll(SegmentedLog log, AtomicLong readable) {
    long last = readable.get();
    if (last > 0) {
      List<Entry> entries = log.read(1, last, Long.MAX_VALUE);
      assertThat(entries).hasSize((int) last);
      assertThat(entries.getLast().index()).isEqualTo(last);
    }
  }
}
