package io.raftctl.storage;

import io.raftctl.storage.RecordFormat.Header;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads records and believes none unseen. For one thread at a time.
///
/// It reads ahead, and what it has read ahead may be outdated by writes: [#reset()] forgets it.
final class RecordReader {
  /// What the data of a record turn out to be.
  enum Data {
    INTACT,
    /// A sector of it is missing: its bytes are zeros, as they were before the write.
    TORN,
    /// No sector is missing, and yet it is not what was written.
    ROTTEN
  }

  private static final int WINDOW_BYTES = 64 << 10;

  private final Disk disk;
  private final ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES);
  private final ByteBuffer scratch = ByteBuffer.allocate(RecordFormat.HEADER);
  private final byte[] sector = new byte[ControlBlock.BYTES];
  private final CRC32C crc = new CRC32C();

  private @Nullable Segment segment;
  private int base;

  RecordReader(Disk disk) {
    this.disk = disk;
  }

  void reset() {
    segment = null;
  }

  /// The header of the record at `at`.
  ///
  /// @return null where there are zeros instead
  /// @throws StorageException where there is something else
  @Nullable Header header(Segment segment, int at) throws IOException {
    if (at + RecordFormat.HEADER > segment.bytes()) {
      throw damaged(segment, at, "the segment ends without a record that says so");
    }
    load(segment, at, scratch.clear());
    if (isZero(scratch.array(), RecordFormat.HEADER)) {
      return null;
    }
    if (!RecordFormat.isIntact(scratch, segment.seed(), crc)) {
      throw damaged(segment, at, "the checksum of the record's header does not match");
    }
    Header header = RecordFormat.decode(scratch);
    if (header.position() != Position.of(segment, at)) {
      throw damaged(
          segment, at, "the record belongs to " + Position.toString(header.position()));
    }
    if (!RecordFormat.fits(at, header.length(), segment.bytes())
        && header.type() != RecordFormat.ROLL) {
      throw damaged(segment, at, "the record goes past the end of the segment");
    }
    return header;
  }

  /// An intact header at `at`, or null.
  @Nullable Header headerIfIntact(Segment segment, int at) throws IOException {
    load(segment, at, scratch.clear());
    boolean intact =
        RecordFormat.position(scratch) == Position.of(segment, at)
            && RecordFormat.isIntact(scratch, segment.seed(), crc);
    return intact ? RecordFormat.decode(scratch) : null;
  }

  /// Checks the data of a record without keeping them.
  Data check(Segment segment, Header header) throws IOException {
    int at = Position.at(header.position()) + RecordFormat.HEADER;
    int end = header.end();
    boolean missing = false;
    boolean first = true;
    CRC32C data = new CRC32C();
    while (at < end) {
      int length = Math.min(end - at, ControlBlock.BYTES - at % ControlBlock.BYTES);
      load(segment, at, ByteBuffer.wrap(sector, 0, length));
      data.update(sector, 0, length);
      // The first sector holds the header as well, so it is not missing.
      boolean holdsHeader = first && at % ControlBlock.BYTES != 0;
      missing |= !holdsHeader && isZero(sector, length);
      first = false;
      at += length;
    }
    if ((int) data.getValue() == header.dataChecksum()) {
      return Data.INTACT;
    }
    return missing ? Data.TORN : Data.ROTTEN;
  }

  /// The data of a record.
  ///
  /// @throws StorageException where they are not intact
  byte[] data(Segment segment, Header header) throws IOException {
    byte[] data = new byte[header.length()];
    int at = Position.at(header.position());
    load(segment, at + RecordFormat.HEADER, ByteBuffer.wrap(data));
    if (RecordFormat.checksum(data, 0, data.length, crc) != header.dataChecksum()) {
      throw damaged(segment, at, "the checksum of entry " + header.index() + " does not match");
    }
    return data;
  }

  StorageException damaged(Segment segment, int at, String what) {
    return StorageException.damaged(disk, Position.toString(Position.of(segment, at)), what);
  }

  /// Fills `target` with what lies from `at` on.
  void load(Segment source, int at, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (source != segment || at < base || at >= base + window.limit()) {
        fill(source, at);
      }
      int from = at - base;
      int length = Math.min(target.remaining(), window.limit() - from);
      target.put(target.position(), window, from, length);
      target.position(target.position() + length);
      at += length;
    }
  }

  private void fill(Segment source, int at) throws IOException {
    segment = null;
    window.clear();
    source.file().read(window, at);
    if (window.flip().limit() == 0) {
      throw damaged(source, at, "the segment is shorter than its header says");
    }
    segment = source;
    base = at;
  }

  static boolean isZero(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
