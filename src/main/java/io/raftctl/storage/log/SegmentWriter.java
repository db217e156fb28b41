package io.raftctl.storage.log;

import io.raftctl.raft.EntryId;
import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Lays records one after another into a segment, in few large writes. Owned by the thread that
/// writes the log.
///
/// Between two writes there is always a record's or a sector's border. So a sector that a crash has
/// taken holds none of a record's bytes, never some: recovery relies on it.
final class SegmentWriter {
  private static final int BUFFER_BYTES_MAX = 512 << 10;
  private static final byte[] NO_DATA = {};
  private static final byte[] PADDING = new byte[RecordFormat.HEADER + Long.BYTES];

  private final ByteBuffer buffer;
  private final ByteBuffer header = ByteBuffer.allocate(RecordFormat.HEADER);
  private final CRC32C crc = new CRC32C();

  /// Hears of every record.
  private final IdentityWriter identities;

  private Segment segment;

  /// How many records the segment holds.
  private int records;

  /// Where the first byte of the buffer belongs.
  private int base;

  /// The checksum of the last record.
  private int previous;

  /// @param records how many the segment holds
  /// @param previous the checksum of the record before the first one to come
  SegmentWriter(Segment segment, int at, int records, int previous, IdentityWriter identities) {
    this.segment = segment;
    this.base = at;
    this.records = records;
    this.previous = previous;
    this.identities = identities;
    this.buffer = ByteBuffer.allocateDirect(Math.min(BUFFER_BYTES_MAX, segment.bytes() / 2));
    limitToSector();
  }

  /// Goes on in an empty segment; nothing is left to flush.
  void moveTo(Segment empty) {
    segment = empty;
    base = Segment.FIRST;
    records = 0;
    limitToSector();
  }

  Segment segment() {
    return segment;
  }

  /// The byte after the last record.
  int at() {
    return base + buffer.position();
  }

  /// How many records the segment holds.
  int records() {
    return records;
  }

  /// What entries may come to that certainly fit behind the last record, and a start besides.
  long room() {
    return RecordFormat.room(at(), records, segment);
  }

  /// As [#fits], with a start behind it.
  boolean fitsBeforeStart(int length) {
    return RecordFormat.fitsBeforeStart(at(), records, length, segment);
  }

  boolean fits(int length) {
    return RecordFormat.fits(at(), records, length, segment);
  }

  /// Adds an entry.
  ///
  /// @return where it lies
  long putEntry(EntryId id, int kind, byte[] data, long durable) throws IOException {
    return put(RecordFormat.ENTRY, id, kind, data, durable);
  }

  void putRoll(long durable) throws IOException {
    put(RecordFormat.ROLL, EntryId.NONE, 0, NO_DATA, durable);
  }

  /// Begins a segment, or the whole log.
  ///
  /// @param last the last entry before it
  /// @return where it lies
  long putStart(EntryId last, long durable) throws IOException {
    return put(RecordFormat.START, last, 0, NO_DATA, durable);
  }

  /// Adds a mark that takes `filler` bytes more than it needs.
  void putMark(long durable, int filler) throws IOException {
    put(RecordFormat.MARK, EntryId.NONE, 0, new byte[filler], durable);
  }

  /// Hands everything to the file.
  void flush() throws IOException {
    int length = buffer.position();
    if (length > 0) {
      buffer.flip();
      segment.file().write(buffer, base);
      base += length;
    }
    limitToSector();
  }

  private long put(int type, EntryId id, int kind, byte[] data, long durable) throws IOException {
    int at = RecordFormat.start(at());
    if (at - base + RecordFormat.HEADER + data.length > buffer.limit()) {
      flush();
    }
    buffer.put(PADDING, 0, at - at());
    long position = Position.of(segment, at);
    int dataChecksum = RecordFormat.checksum(data, crc);
    RecordFormat.Header fields =
        new RecordFormat.Header(
            0,
            previous,
            dataChecksum,
            data.length,
            type,
            kind,
            position,
            durable,
            id.index(),
            id.term());
    previous = RecordFormat.encode(fields, segment.seed(), header, crc);
    identities.announce(segment, records++, position, header);
    buffer.put(header);
    putData(data);
    return position;
  }

  private void putData(byte[] data) throws IOException {
    int done = 0;
    while (done < data.length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int length = Math.min(buffer.remaining(), data.length - done);
      buffer.put(data, done, length);
      done += length;
    }
  }

  /// Empties the buffer, and lets it end where a sector ends.
  private void limitToSector() {
    buffer.clear().limit(buffer.capacity() - (base + buffer.capacity()) % ControlBlock.BYTES);
  }
}
