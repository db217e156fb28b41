package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.Disk;
import io.raftctl.storage.NoRoomException;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One file of the log: a header of one sector, then records, then zeros up to a fixed size, and
/// since version 2 copies of all headers at its end.
///
/// A file gets its name only when all of it is written and synced. So under that name there is
/// never a torn header, a missing block or a byte of another file.
///
/// @param number its place among the segments, from 1 without a gap
/// @param file open until [#close()]
/// @param bytes its size
/// @param header its [ControlBlock]
record Segment(long number, Disk.File file, int bytes, ByteBuffer header) {
  /// The first byte after the header.
  static final int FIRST = ControlBlock.BYTES;

  /// The version since which segments hold a second copy of each header.
  private static final int IDENTITIES_SINCE = 2;

  private static final int VERSION = 2;
  private static final long MAGIC = 0x7261667463746c4cL; // "raftctlL"
  private static final int CHUNK = 1 << 20;

  /// What an operating system reads and writes at once.
  private static final int BLOCK_BYTES = 4 << 10;

  String name() {
    return SegmentName.of(number);
  }

  /// What goes into the checksum of every record, so that none of another segment or node passes
  /// for one of this.
  int seed() {
    return header.getInt(0);
  }

  /// Whether the headers of its records are there twice.
  boolean hasIdentities() {
    return ControlBlock.version(header) >= IDENTITIES_SINCE;
  }

  /// Makes an empty segment, in place of an empty one of the same number if there is one.
  ///
  /// It is synced piece by piece, because a sync of the log that another thread does meanwhile
  /// waits behind the piece.
  ///
  /// @throws NoRoomException where the disk is full; nothing is left of it then
  static Segment create(Disk disk, long number, int bytes, int owner) throws IOException {
    if (disk.list().contains(SegmentName.TEMPORARY)) {
      disk.remove(SegmentName.TEMPORARY);
    }
    Disk.File file = disk.create(SegmentName.TEMPORARY);
    return create(disk, file, SegmentName.TEMPORARY, number, bytes, owner);
  }

  /// The same out of a file that is empty, or of that size and not needed any more.
  ///
  /// @param name of the file
  static Segment create(Disk disk, Disk.File file, String name, long number, int bytes, int owner)
      throws IOException {
    ByteBuffer header =
        ControlBlock.seal(
            ControlBlock.begin(MAGIC, VERSION).putLong(number).putLong(bytes).putInt(owner));
    Segment segment = new Segment(number, file, bytes, header);
    try {
      segment.fill();
      disk.rename(name, SegmentName.of(number));
    } catch (NoRoomException e) {
      file.close(); // What is removed takes up room for as long as it is open.
      disk.remove(name);
      throw e;
    }
    disk.syncDirectory();
    return segment;
  }

  private void fill() throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(Math.min(bytes, CHUNK));
    for (int at = 0; at < bytes; at += CHUNK) {
      int end = Math.min(at + CHUNK, bytes);
      file.write(zeros.clear().limit(end - at), at);
      for (int place : headerPlaces()) {
        if (at <= place && place < end) {
          file.write(header.duplicate().clear(), place);
        }
      }
      file.sync();
    }
  }

  /// Opens a segment and checks its header.
  ///
  /// @throws StorageException where the file is not this node's segment of that number, whole
  static Segment open(Disk disk, long number, int owner) throws IOException {
    Disk.File file = disk.open(SegmentName.of(number));
    Segment segment = null;
    try {
      segment = check(disk, number, file, owner);
      return segment;
    } finally {
      if (segment == null) {
        file.close();
      }
    }
  }

  private static Segment check(Disk disk, long number, Disk.File file, int owner)
      throws IOException {
    ByteBuffer header = header(disk, number, file, 0);
    ByteBuffer copy = header(disk, number, file, file.size() - ControlBlock.BYTES);
    if (header == null || (copy != null && flaw(header, number, file.size(), owner) != null)) {
      header = copy;
    }
    String flaw =
        header == null
            ? "the header of the segment is not intact"
            : flaw(header, number, file.size(), owner);
    if (header == null || flaw != null) {
      throw StorageException.damaged(disk, SegmentName.of(number), String.valueOf(flaw));
    }
    return new Segment(number, file, (int) file.size(), header);
  }

  /// The header or its copy; null where it is not intact, or not to be read.
  private static @Nullable ByteBuffer header(Disk disk, long number, Disk.File file, long at)
      throws IOException {
    try {
      return ControlBlock.read(disk, SegmentName.of(number), file, Math.max(0, at), MAGIC, VERSION);
    } catch (IOException e) {
      file.size(); // Fails where the file is gone and not a sector of it.
      return null;
    }
  }

  /// Why a header cannot be that of a segment; null where it can.
  private static @Nullable String flaw(ByteBuffer header, long number, long size, int owner) {
    ByteBuffer fields = header.duplicate();
    long numberFound = fields.getLong();
    long bytes = fields.getLong();
    if (fields.getInt() != owner) {
      return "the segment belongs to another node or cluster";
    }
    if (numberFound != number) {
      return "this is " + SegmentName.of(numberFound) + " in its place";
    }
    return size == bytes ? null : "the segment has " + size + " bytes instead of " + bytes;
  }

  /// Whether one copy of the header is not what was written.
  boolean isHeaderRotten() throws IOException {
    for (int place : headerPlaces()) {
      if (!holdsHeader(place)) {
        return true;
      }
    }
    return false;
  }

  /// Writes copies of the header anew that are not what was written.
  void mendHeader() throws IOException {
    for (int place : headerPlaces()) {
      if (!holdsHeader(place)) {
        overwrite(header.duplicate().clear(), place);
      }
    }
  }

  /// Writes over bytes that may not be readable.
  ///
  /// To write a part of a block, an operating system reads the rest of it first. So where that
  /// fails whole blocks are written, with zeros in place of what is lost.
  void overwrite(ByteBuffer source, int at) throws IOException {
    int from = at - at % BLOCK_BYTES;
    int to =
        Math.min(bytes, (at + source.remaining() - 1) / BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES);
    ByteBuffer blocks = ByteBuffer.allocate(to - from);
    if (isReadable(blocks, from)) {
      file.write(source, at);
    } else {
      salvage(blocks, from);
      blocks.put(at - from, source, source.position(), source.remaining());
      file.write(blocks.clear(), from);
    }
  }

  /// Writes zeros in place of what cannot be read from `from` on, so that parts of it can be
  /// written.
  void clearUnreadable(int from) throws IOException {
    for (int at = from; at < bytes; at += ControlBlock.BYTES) {
      if (!isReadable(ByteBuffer.allocate(ControlBlock.BYTES), at)) {
        overwrite(ByteBuffer.allocate(ControlBlock.BYTES), at);
      }
    }
  }

  private boolean isReadable(ByteBuffer blocks, int from) {
    try {
      file.read(blocks, from);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void salvage(ByteBuffer blocks, int from) {
    for (int at = 0; at < blocks.capacity(); at += ControlBlock.BYTES) {
      ByteBuffer sector = blocks.slice(at, ControlBlock.BYTES);
      try {
        file.read(sector, from + at);
      } catch (IOException e) {
        sector.clear().put(new byte[ControlBlock.BYTES]);
      }
    }
  }

  private boolean holdsHeader(int place) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(ControlBlock.BYTES);
    try {
      file.read(found, place);
    } catch (IOException e) {
      return false;
    }
    return found.clear().equals(header.duplicate().clear());
  }

  private List<Integer> headerPlaces() {
    return hasIdentities() ? List.of(0, bytes - ControlBlock.BYTES) : List.of(0);
  }

  void close() throws IOException {
    file.close();
  }
}
