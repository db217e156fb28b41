package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One file of the log: a header of one sector, then records, then zeros up to a fixed size.
///
/// A file gets its name only when all of it is written and synced. So under that name there is
/// never a torn header, a missing block or a byte of another file.
///
/// @param number its place among the segments, from 1 without a gap
/// @param file open until [#close()]
/// @param bytes its size
/// @param seed goes into the checksum of every record, so that none of another segment or node
///   passes for one of this
record Segment(long number, Disk.File file, int bytes, int seed) {
  /// The first byte after the header.
  static final int FIRST = ControlBlock.BYTES;

  private static final long MAGIC = 0x7261667463746c4cL; // "raftctlL"
  private static final int CHUNK = 1 << 20;

  String name() {
    return SegmentName.of(number);
  }

  /// Makes an empty segment, in place of an empty one of the same number if there is one.
  ///
  /// It is synced piece by piece, because a sync of the log that another thread does meanwhile
  /// waits behind the piece.
  static Segment create(Disk disk, long number, int bytes, int owner) throws IOException {
    ByteBuffer header =
        ControlBlock.seal(ControlBlock.begin(MAGIC).putLong(number).putLong(bytes).putInt(owner));
    int seed = header.getInt(0);
    Disk.File file = disk.create(SegmentName.TEMPORARY);
    ByteBuffer chunk = ByteBuffer.allocate(Math.min(bytes, CHUNK));
    chunk.put(header).clear();
    for (int at = 0; at < bytes; at += CHUNK) {
      file.write(chunk.limit(Math.min(CHUNK, bytes - at)), at);
      file.sync();
      if (at == 0) {
        chunk.clear().put(new byte[FIRST]);
      }
      chunk.clear();
    }
    disk.rename(SegmentName.TEMPORARY, SegmentName.of(number));
    disk.syncDirectory();
    return new Segment(number, file, bytes, seed);
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
    String name = SegmentName.of(number);
    ByteBuffer header = ControlBlock.read(disk, name, file, 0, MAGIC);
    if (header == null) {
      throw StorageException.damaged(disk, name, "the header of the segment is not intact");
    }
    int seed = header.getInt(0);
    long numberFound = header.getLong();
    long bytes = header.getLong();
    if (header.getInt() != owner) {
      throw StorageException.damaged(disk, name, "the segment belongs to another node or cluster");
    }
    if (numberFound != number) {
      throw StorageException.damaged(
          disk, name, "this is " + SegmentName.of(numberFound) + " in its place");
    }
    if (file.size() != bytes) {
      throw StorageException.damaged(
          disk, name, "the segment has " + file.size() + " bytes instead of " + bytes);
    }
    return new Segment(number, file, (int) bytes, seed);
  }

  void close() throws IOException {
    file.close();
  }
}
