package io.raftctl.storage.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Message;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A snapshot on its way here. The file's name says which one, so that a node that was restarted
/// goes on where it was; what a power loss did to the bytes shows when the whole is verified.
final class Incoming {
  private static final Pattern NAME =
      Pattern.compile("incoming-([0-9]{1,18})-([0-9]{1,18})-([0-9]{1,18})-([0-9a-f]{8})");

  private final String name;
  private final Snapshot snapshot;
  private final Disk.File file;
  private long stored;
  private long syncedUpTo;

  /// The term of the leader that sent the last chunk.
  private long term;

  private Incoming(String name, Snapshot snapshot, Disk.File file, long stored) {
    this.name = name;
    this.snapshot = snapshot;
    this.file = file;
    this.stored = stored;
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static Incoming create(Disk disk, Snapshot snapshot) throws IOException {
    EntryId last = snapshot.last();
    String name =
        String.format(
            "incoming-%d-%d-%d-%08x",
            last.index(), last.term(), snapshot.bytes(), snapshot.checksum());
    return new Incoming(name, snapshot, disk.create(name), 0);
  }

  /// Goes on with what was there at the end of the process before; null where there is more than
  /// there may be.
  static @Nullable Incoming resume(Disk disk, String name) throws IOException {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new IllegalArgumentException(name);
    }
    EntryId last = new EntryId(Long.parseLong(parts.group(2)), Long.parseLong(parts.group(1)));
    int checksum = Integer.parseUnsignedInt(parts.group(4), 16);
    Snapshot snapshot = new Snapshot(last, Long.parseLong(parts.group(3)), checksum);
    Disk.File file = disk.open(name);
    if (file.size() > snapshot.bytes()) {
      file.close();
      return null;
    }
    return new Incoming(name, snapshot, file, file.size());
  }

  String name() {
    return name;
  }

  boolean is(Snapshot other) {
    return snapshot.equals(other);
  }

  /// Whether another snapshot is to be received instead: what this node has asked for, what a newer
  /// leader sends, or what is newer itself. Late chunks of an older transfer are none of these.
  boolean yieldsTo(long otherTerm, Snapshot other) {
    return otherTerm == Message.InstallSnapshot.ASKED_FOR
        || otherTerm > term
        || (otherTerm == term && other.last().index() > snapshot.last().index());
  }

  /// Takes a chunk if it begins where the ones before it end, or before.
  ///
  /// @return how much is there
  long take(long fromTerm, long position, byte[] data) throws IOException {
    term = Math.max(term, fromTerm);
    long end = position + data.length;
    if (position <= stored && end > stored) {
      int known = (int) (stored - position);
      file.write(ByteBuffer.wrap(data, known, data.length - known), stored);
      stored = end;
      if (stored - syncedUpTo >= FileOutput.PIECE_BYTES) {
        sync();
      }
    }
    return stored;
  }

  /// Returns once all that is there survives a crash.
  void sync() throws IOException {
    file.sync();
    syncedUpTo = stored;
  }

  void close() throws IOException {
    file.close();
  }
}
