package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.Disk;
import io.raftctl.storage.NoRoomException;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The file `log-start`: with which segment the log begins. Version 2: two copies, each a
/// [ControlBlock] in a block of 4 KiB of its own, which the file has since the first start. So a
/// disk that is full keeps no log from giving up its front.
///
/// ```
/// 16  long  number of the first segment that counts
/// 24  int   the owner: checksum of the node's identity
/// 28  int   which copy this is, 0 or 1
/// ```
///
/// **Both copies are written for each number, the first one synced before the second one is
/// touched, and both before the first of the segments is given up.** The number only grows, and the
/// log may begin with the old one and the new one alike for as long as no segment is gone. So
/// whatever a crash leaves, the larger number of the copies that are intact is one to go on with:
/// segments before it are known to be left over, and any other one that is missing is known to be
/// lost. A start that finds the copies different writes both before it removes what is left over.
///
/// Version 1 has one copy, and no file at all where the log begins with segment 1. A start makes
/// the file anew (written under a temporary name, synced, renamed, the directory synced), where
/// there is room for it; otherwise the next one does, or whoever gives up a segment.
public final class LogStart {
  public static final String NAME = "log-start";
  static final String TEMPORARY = "log-start.tmp";

  private static final long MAGIC = 0x7261667463746c46L; // "raftctlF"
  private static final int VERSION = 2;
  private static final int COPIES = 2;
  private static final int COPY_BYTES = 4096;

  private LogStart() {}

  /// Makes the file of an empty log.
  static void create(Disk disk, int owner) throws IOException {
    fill(disk, NAME, owner, 1);
    disk.syncDirectory();
  }

  /// The number of the first segment.
  ///
  /// @throws StorageException where no copy is intact
  public static long read(Disk disk, int owner) throws IOException {
    if (!disk.list().contains(NAME)) {
      return 1;
    }
    long largest = 0;
    for (Long number : copies(disk, owner)) {
      largest = number == null ? largest : Math.max(largest, number);
    }
    if (largest == 0) {
      throw StorageException.damaged(disk, NAME, "the start of the log is not intact");
    }
    return largest;
  }

  /// Which copies are not intact, 0 or 1. A crash leaves none of them so: each lies in one sector.
  static List<Integer> rottenCopies(Disk disk, int owner) throws IOException {
    List<Integer> rotten = new ArrayList<>();
    if (hasBlocks(disk)) {
      List<@Nullable Long> copies = copies(disk, owner);
      for (int copy = 0; copy < COPIES; copy++) {
        if (copies.get(copy) == null) {
          rotten.add(copy);
        }
      }
    }
    return rotten;
  }

  /// Makes the number that a start has read certain, before it removes what lies before.
  static void settle(Disk disk, int owner, long number) throws IOException {
    boolean certain =
        hasBlocks(disk)
            && copies(disk, owner).stream().allMatch(copy -> copy != null && copy == number);
    if (certain) {
      return;
    }
    try {
      store(disk, owner, number);
    } catch (NoRoomException e) {
      // The one copy of an older version was put in place by a rename, and that may not be safe.
      disk.syncDirectory();
    }
  }

  /// Returns once it survives a crash that the log begins with segment `number`.
  ///
  /// @throws NoRoomException where the disk is full and the file has no blocks yet, or the file
  ///   system copies on write; the log begins where it did
  static void store(Disk disk, int owner, long number) throws IOException {
    if (hasBlocks(disk)) {
      try (Disk.File file = disk.open(NAME)) {
        write(file, owner, number);
      }
      return;
    }
    if (disk.list().contains(TEMPORARY)) {
      disk.remove(TEMPORARY);
    }
    try {
      fill(disk, TEMPORARY, owner, number);
    } catch (NoRoomException e) {
      disk.remove(TEMPORARY);
      throw e;
    }
    disk.rename(TEMPORARY, NAME);
    disk.syncDirectory();
  }

  /// Whether the file has all that it ever needs.
  private static boolean hasBlocks(Disk disk) throws IOException {
    if (!disk.list().contains(NAME)) {
      return false;
    }
    try (Disk.File file = disk.open(NAME)) {
      return file.size() >= COPIES * COPY_BYTES;
    }
  }

  private static void fill(Disk disk, String name, int owner, long number) throws IOException {
    try (Disk.File file = disk.create(name)) {
      file.write(ByteBuffer.allocate(COPIES * COPY_BYTES), 0);
      write(file, owner, number);
    }
  }

  private static void write(Disk.File file, int owner, long number) throws IOException {
    for (int copy = 0; copy < COPIES; copy++) {
      ByteBuffer block =
          ControlBlock.begin(MAGIC, VERSION).putLong(number).putInt(owner).putInt(copy);
      file.write(ControlBlock.seal(block), (long) copy * COPY_BYTES);
      file.sync();
    }
  }

  /// What the copies say; null in place of one that is not intact.
  private static List<@Nullable Long> copies(Disk disk, int owner) throws IOException {
    List<@Nullable Long> numbers = new ArrayList<>();
    try (Disk.File file = disk.open(NAME)) {
      for (int copy = 0; copy < COPIES; copy++) {
        long at = (long) copy * COPY_BYTES;
        ByteBuffer block = ControlBlock.read(disk, NAME, file, at, MAGIC, VERSION);
        numbers.add(block == null ? null : number(disk, block, owner, copy));
      }
    }
    return numbers;
  }

  private static @Nullable Long number(Disk disk, ByteBuffer block, int owner, int copy) {
    long number = block.getLong();
    if (block.getInt() != owner) {
      throw StorageException.damaged(disk, NAME, "the file belongs to another node or cluster");
    }
    // The other copy, misdirected to this place, says nothing.
    boolean itself = ControlBlock.version(block) < VERSION || block.getInt() == copy;
    return itself ? number : null;
  }
}
