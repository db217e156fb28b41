package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The storage on a real file system.
final class FileDiskTest {
  private static final LogOptions OPTIONS = new LogOptions(4096, Runnable::run);
  private static final NodeId NODE = new NodeId("1");

  @TempDir private Path temporary;

  @Test
  void whatWasWrittenIsThereAfterAnotherStart() {
    List<Entry> entries = entries(1, 200, 1);
    HardState state = new HardState(1, new NodeId("2"));
    Path directory = temporary.resolve("a/b/c");
    try (FileDisk disk = FileDisk.open(directory);
        SegmentedLog log = DataDirectory.open(disk, "test", NODE, OPTIONS)) {
      log.write(state, entries);
      log.sync();
    }
    try (FileDisk disk = FileDisk.open(directory);
        SegmentedLog log = DataDirectory.open(disk, "test", NODE, OPTIONS)) {
      assertThat(log.hardState()).isEqualTo(state);
      assertThat(log.terms().last()).isEqualTo(new EntryId(1, 200));
      assertThat(log.read(1, 200, Long.MAX_VALUE)).isEqualTo(entries);
    }
  }

  @Test
  void aDirectoryInUseIsRefused() {
    try (FileDisk disk = FileDisk.open(temporary)) {
      assertThatThrownBy(() -> FileDisk.open(temporary))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "data directory %s is in use by another raftctl node (pid %d); stop it or choose"
                  + " another --data-dir",
              disk, ProcessHandle.current().pid());
    }
    FileDisk.open(temporary).close();
  }

  @Test
  void aDirectoryOfSomethingElseIsRefusedAndNotTouched() throws IOException {
    Files.writeString(temporary.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> FileDisk.open(temporary))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("notes.txt");
    try (var files = Files.list(temporary)) {
      assertThat(files).hasSize(1);
    }
  }

  private static List<Entry> entries(long first, int count, long term) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[i * 37 % 900];
      java.util.Arrays.fill(data, (byte) i);
      entries.add(new Entry(new EntryId(term, first + i), Entry.Kind.COMMAND, data));
    }
    return entries;
  }
}
