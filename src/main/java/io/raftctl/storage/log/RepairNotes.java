package io.raftctl.storage.log;

import io.raftctl.storage.Disk;
import java.io.IOException;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which segments are being written into where all was synced before: for each of them an empty
/// file `repair-00000012`, there from before the first write until the writes are synced.
///
/// When a sync fails, the operating system takes what it could not write for written. The process
/// ends; the next one reads the bytes from memory, finds them whole, and no sync of its own writes
/// them: a power loss would take them. Behind the last proof of a sync a start writes everything
/// once more ([StartRepair]); before it, only where one of these files says so.
final class RepairNotes {
  private final Disk disk;
  private final SortedSet<Long> segments = new TreeSet<>();

  RepairNotes(Disk disk) {
    this.disk = disk;
  }

  /// The notes that another process has left.
  static RepairNotes read(Disk disk) throws IOException {
    RepairNotes notes = new RepairNotes(disk);
    for (String name : disk.list()) {
      if (SegmentName.isRepair(name)) {
        notes.segments.add(SegmentName.repaired(name));
      }
    }
    return notes;
  }

  /// The numbers of the segments, ascending.
  SortedSet<Long> segments() {
    return segments;
  }

  /// Returns once it survives a crash that a segment may be written into.
  void begin(long segment) throws IOException {
    if (!segments.contains(segment)) {
      disk.create(SegmentName.ofRepair(segment)).close();
      disk.syncDirectory();
      segments.add(segment);
    }
  }

  /// All writes are synced. A crash may bring notes back, which cost the next start some writes.
  void end() throws IOException {
    for (long segment : segments) {
      disk.remove(SegmentName.ofRepair(segment));
    }
    segments.clear();
  }
}
