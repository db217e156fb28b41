package io.raftctl.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The format of the log on the disk.
final class RecordFormat {
  static final int HEADER = 48;

  /// Carries an entry.
  static final int ENTRY = 1;

  /// The last record of a segment: the log goes on in the next one.
  static final int ROLL = 2;

  /// Carries nothing but its durable mark.
  static final int MARK = 3;

  private static final int SECTOR = ControlBlock.BYTES;

  private RecordFormat() {}

  /// A record without its data.
  ///
  /// @param position its own
  /// @param durable all of the log before this position was synced when the record was written
  record Header(
      int dataChecksum,
      int length,
      int type,
      int kind,
      long position,
      long durable,
      long index,
      long term) {
    /// The byte after the record.
    int end() {
      return Position.at(position) + HEADER + length;
    }
  }

  /// The first byte from `at` on where a record may begin.
  static int start(int at) {
    int aligned = (at + 7) & -8;
    int inSector = aligned % SECTOR;
    return inSector > SECTOR - HEADER ? aligned - inSector + SECTOR : aligned;
  }

  /// Whether a segment has room for a record, and a [#ROLL] behind it.
  static boolean fits(int at, int length, int bytes) {
    long end = (long) start(at) + HEADER + length;
    return end < bytes && start((int) end) + HEADER <= bytes;
  }

  /// The size of a segment for one large record.
  static int segmentBytes(int length) {
    long bytes = ((long) Segment.FIRST + HEADER + length + SECTOR - 1) / SECTOR * SECTOR + SECTOR;
    if (bytes > Segment.BYTES_MAX) {
      throw new IllegalArgumentException("an entry of " + length + " bytes is too large");
    }
    return (int) bytes;
  }

  /// Fills `target`, a heap buffer of [#HEADER] bytes.
  static void encode(Header header, int seed, ByteBuffer target, CRC32C crc) {
    target
        .clear()
        .putInt(seed)
        .putInt(header.dataChecksum)
        .putInt(header.length)
        .put((byte) header.type)
        .put((byte) header.kind)
        .putShort((short) 0)
        .putLong(header.position)
        .putLong(header.durable)
        .putLong(header.index)
        .putLong(header.term);
    target.putInt(0, checksum(target.array(), 0, HEADER, crc)).flip();
  }

  /// Whether `source`, a heap buffer of [#HEADER] bytes, holds an intact header.
  static boolean isIntact(ByteBuffer source, int seed, CRC32C crc) {
    int found = source.getInt(0);
    source.putInt(0, seed);
    int expected = checksum(source.array(), 0, HEADER, crc);
    source.putInt(0, found);
    return found == expected;
  }

  /// What a header says of its own place, intact or not.
  static long position(ByteBuffer source) {
    return source.getLong(16);
  }

  static Header decode(ByteBuffer source) {
    return new Header(
        source.getInt(4),
        source.getInt(8),
        source.get(12),
        source.get(13),
        position(source),
        source.getLong(24),
        source.getLong(32),
        source.getLong(40));
  }

  static int checksum(byte[] bytes, int from, int length, CRC32C crc) {
    crc.reset();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
