package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// The file `log-start`: with which segment the log begins, once segments were removed.
///
/// ```
/// 16  long  number of the first segment that counts
/// 24  int   the owner: checksum of the node's identity
/// ```
///
/// A [ControlBlock]. It is replaced in one step (written under a temporary name, synced, renamed,
/// the directory synced) **before** the first of the segments is removed. So after a crash among
/// the removals, segments with smaller numbers are known to be left over, and any other one that is
/// missing is known to be lost. Without the file the log begins with segment 1.
public final class LogStart {
  public static final String NAME = "log-start";
  static final String TEMPORARY = "log-start.tmp";

  private static final long MAGIC = 0x7261667463746c46L; // "raftctlF"

  private LogStart() {}

  /// The number of the first segment.
  ///
  /// @throws StorageException where the file is not intact
  public static long read(Disk disk, int owner) throws IOException {
    if (!disk.list().contains(NAME)) {
      return 1;
    }
    ByteBuffer block;
    try (Disk.File file = disk.open(NAME)) {
      block = ControlBlock.read(disk, NAME, file, 0, MAGIC);
    }
    if (block == null) {
      throw StorageException.damaged(disk, NAME, "the start of the log is not intact");
    }
    long number = block.getLong();
    if (block.getInt() != owner) {
      throw StorageException.damaged(disk, NAME, "the file belongs to another node or cluster");
    }
    return number;
  }

  /// Returns once it survives a crash that the log begins with segment `number`.
  static void store(Disk disk, int owner, long number) throws IOException {
    if (disk.list().contains(TEMPORARY)) {
      disk.remove(TEMPORARY);
    }
    try (Disk.File file = disk.create(TEMPORARY)) {
      file.write(ControlBlock.seal(ControlBlock.begin(MAGIC).putLong(number).putInt(owner)), 0);
      file.sync();
    }
    disk.rename(TEMPORARY, NAME);
    disk.syncDirectory();
  }
}
