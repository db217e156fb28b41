package io.raftctl.storage.log;

import io.raftctl.storage.Disk;
import io.raftctl.storage.NoRoomException;
import java.io.IOException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/// Segments that the log has given up, kept to be made into new ones: files `spare-00000003`. Their
/// blocks are on the disk, so a log that has given up a segment gets another one on a disk that is
/// full, whoever takes what else is free.
///
/// **A spare is zeros before it is a segment again.** Its old records would not pass for new ones
/// (their checksums begin with that of the old segment's header, [RecordFormat]), but they are no
/// zeros, and what is neither zeros nor a record is how rot looks. So it is written from end to end
/// and synced like a new file ([Segment#create]), under the name of a spare. Whatever a crash
/// leaves of that is a spare still.
///
/// A segment becomes a spare when it is certain that the log begins behind it ([LogStart]). So
/// where a crash takes that renaming back, the old name is that of a segment which does not count,
/// whatever the file holds by then.
///
/// Owned by the background of the log; by the thread that opens the log before that. Any thread may
/// ask whether there are [#any()].
final class Spares {
  private final Disk disk;

  /// Of a segment.
  private final int bytes;

  private final Deque<String> names = new ConcurrentLinkedDeque<>();

  private Spares(Disk disk, int bytes) {
    this.disk = disk;
    this.bytes = bytes;
  }

  /// Those that another process has left.
  static Spares find(Disk disk, int bytes) throws IOException {
    Spares spares = new Spares(disk, bytes);
    disk.list().stream().filter(SegmentName::isSpare).forEach(spares.names::add);
    return spares;
  }

  /// Keeps a segment that nobody has open, where there are less than `max` spares; removes it
  /// otherwise. Not synced.
  void retire(String segment, int max) throws IOException {
    if (names.size() < max && size(segment) == bytes) {
      String name = SegmentName.ofSpare(SegmentName.number(segment));
      disk.rename(segment, name);
      names.add(name);
    } else {
      disk.remove(segment);
    }
  }

  /// Makes the segment `number` out of one of them; null where there is none.
  ///
  /// @throws NoRoomException where even what is there cannot be written: the file system copies on
  ///   write. The spare is gone then, for the room that it takes
  @Nullable Segment create(long number, int owner) throws IOException {
    while (!names.isEmpty()) {
      String name = names.removeFirst();
      if (size(name) == bytes) {
        return Segment.create(disk, disk.open(name), name, number, bytes, owner);
      }
      disk.remove(name); // Of a time when segments had another size.
    }
    return null;
  }

  boolean any() {
    return !names.isEmpty();
  }

  /// Removes all, for the room that they take.
  void removeAll() throws IOException {
    boolean removed = !names.isEmpty();
    while (!names.isEmpty()) {
      disk.remove(names.removeFirst());
    }
    if (removed) {
      disk.syncDirectory();
    }
  }

  private long size(String name) throws IOException {
    try (Disk.File file = disk.open(name)) {
      return file.size();
    }
  }
}
