package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.Disk;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

  private static final int WINDOW_BYTES_MAX = 64 << 10;
  private static final byte[] ZEROS = new byte[ControlBlock.BYTES];

  private final Disk disk;
  private final ByteBuffer window;
  private final ByteBuffer scratch = ByteBuffer.allocate(RecordFormat.HEADER);
  private final byte[] sector = new byte[ControlBlock.BYTES];
  private final CRC32C crc = new CRC32C();

  /// The number of the segment that the window shows from `base` on; 0 for none.
  private long shown;

  private int base;

  /// @param segmentBytes the size of most segments
  RecordReader(Disk disk, int segmentBytes) {
    this.disk = disk;
    this.window = ByteBuffer.allocateDirect(Math.min(WINDOW_BYTES_MAX, segmentBytes));
  }

  void reset() {
    shown = 0;
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
    if (Arrays.equals(scratch.array(), 0, RecordFormat.HEADER, ZEROS, 0, RecordFormat.HEADER)) {
      return null;
    }
    Header header = RecordFormat.decode(scratch, Position.of(segment, at), segment.seed(), crc);
    if (header == null) {
      throw damaged(segment, at, "this is not the intact header of a record");
    }
    if (!RecordFormat.fits(at, header.length(), segment.bytes())
        && header.type() != RecordFormat.ROLL) {
      throw damaged(segment, at, "the record goes past the end of the segment");
    }
    return header;
  }

  /// The header of the record at `at`; null where there is none that is intact.
  @Nullable Header headerIfIntact(Segment segment, int at) throws IOException {
    load(segment, at, scratch.clear());
    return RecordFormat.decode(scratch, Position.of(segment, at), segment.seed(), crc);
  }

  /// Checks the data of a record without keeping them.
  Data check(Segment segment, Header header) throws IOException {
    int at = Position.at(header.position()) + RecordFormat.HEADER;
    int end = header.end();
    boolean holdsHeader = at % ControlBlock.BYTES != 0; // So this sector is not missing.
    boolean missing = false;
    CRC32C data = new CRC32C();
    while (at < end) {
      int length = Math.min(end - at, restOfSector(at));
      boolean zeros = !loadSector(segment, at, length);
      data.update(sector, 0, length);
      missing |= zeros && !holdsHeader;
      holdsHeader = false;
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
    if (RecordFormat.checksum(data, crc) != header.dataChecksum()) {
      throw damaged(segment, at, "the checksum of entry " + header.index() + " does not match");
    }
    return data;
  }

  /// Whether any byte from `at` to the end of the sector is not zero.
  boolean isUsed(Segment segment, int at) throws IOException {
    return loadSector(segment, at, restOfSector(at));
  }

  static int restOfSector(int at) {
    return ControlBlock.BYTES - at % ControlBlock.BYTES;
  }

  StorageException damaged(Segment segment, int at, String what) {
    return StorageException.damaged(disk, Position.toString(Position.of(segment, at)), what);
  }

  /// Fills `target` with what lies from `at` on.
  void load(Segment source, int at, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (source.number() != shown || at < base || at >= base + window.limit()) {
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
    shown = 0;
    window.clear();
    source.file().read(window, at);
    if (window.flip().limit() == 0) {
      throw damaged(source, at, "the segment is shorter than its header says");
    }
    shown = source.number();
    base = at;
  }

  /// Loads `sector`, and tells whether there is anything but zeros.
  private boolean loadSector(Segment segment, int at, int length) throws IOException {
    load(segment, at, ByteBuffer.wrap(sector, 0, length));
    return !Arrays.equals(sector, 0, length, ZEROS, 0, length);
  }
}
