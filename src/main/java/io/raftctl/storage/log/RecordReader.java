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
  private static final int IDENTITY_WINDOW_BYTES = 4 << 10;
  private static final byte[] ZEROS = new byte[ControlBlock.BYTES];

  private final Disk disk;
  private final SectorWindow records;
  private final SectorWindow identities = new SectorWindow(IDENTITY_WINDOW_BYTES);
  private final ByteBuffer scratch = ByteBuffer.allocate(RecordFormat.HEADER);
  private final byte[] sector = new byte[ControlBlock.BYTES];
  private final CRC32C crc = new CRC32C();

  /// @param segmentBytes the size of most segments
  RecordReader(Disk disk, int segmentBytes) {
    this.disk = disk;
    this.records = new SectorWindow(Math.min(WINDOW_BYTES_MAX, segmentBytes));
  }

  void reset() {
    records.reset();
    identities.reset();
  }

  /// The header of the record at `at`: its own, or else its copy.
  ///
  /// @param ordinal how many records the segment holds before it
  /// @throws StorageException where neither is intact
  Header header(Segment segment, int ordinal, int at) throws IOException {
    Header own = headerIfIntact(segment, at);
    if (own != null) {
      return own;
    }
    Header identity = identity(segment, ordinal);
    if (identity == null || Position.at(identity.position()) != at) {
      throw damaged(segment, at, "neither the header of the record nor its copy is intact");
    }
    return identity;
  }

  /// The header of the record at `at`; null where there is none that is intact.
  @Nullable Header headerIfIntact(Segment segment, int at) throws IOException {
    if (at + RecordFormat.HEADER > segment.bytes()) {
      return null;
    }
    records.load(segment, at, scratch.clear());
    return scratch.getInt(16) == at ? decode(segment) : null;
  }

  /// Whether there are zeros in place of a header.
  boolean isBlank(Segment segment, int at) throws IOException {
    return records.isBlank(segment, at, RecordFormat.HEADER);
  }

  /// The copy of a record's header; null where there is none that is intact. It may lie in the
  /// wrong place: its position tells whose copy it is.
  @Nullable Header identity(Segment segment, int ordinal) throws IOException {
    int at = RecordFormat.identityAt(segment, ordinal);
    if (!segment.hasIdentities() || at < Segment.FIRST) {
      return null;
    }
    identities.load(segment, at, scratch.clear());
    return decode(segment);
  }

  /// Whether there is anything at all in the place of a record's copy.
  boolean hasIdentity(Segment segment, int ordinal) throws IOException {
    identities.load(segment, RecordFormat.identityAt(segment, ordinal), scratch.clear());
    return !Arrays.equals(scratch.array(), 0, RecordFormat.HEADER, ZEROS, 0, RecordFormat.HEADER);
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

  /// The data of a record; null where they are not intact.
  byte @Nullable [] dataIfIntact(Segment segment, Header header) throws IOException {
    byte[] data = new byte[header.length()];
    load(segment, Position.at(header.position()) + RecordFormat.HEADER, ByteBuffer.wrap(data));
    return RecordFormat.checksum(data, crc) == header.dataChecksum() ? data : null;
  }

  /// Whether any byte from `at` to the end of the sector is not zero.
  boolean isUsed(Segment segment, int at) throws IOException {
    return !records.isBlank(segment, at, restOfSector(at));
  }

  static int restOfSector(int at) {
    return ControlBlock.BYTES - at % ControlBlock.BYTES;
  }

  StorageException damaged(Segment segment, int at, String what) {
    return StorageException.damaged(disk, Position.toString(Position.of(segment, at)), what);
  }

  /// Fills `target` with what lies from `at` on.
  void load(Segment source, int at, ByteBuffer target) throws IOException {
    records.load(source, at, target);
  }

  /// The header in `scratch`, wherever it says that it belongs.
  private @Nullable Header decode(Segment segment) {
    Header header = RecordFormat.decode(scratch, segment, crc);
    return header != null && header.end() <= segment.bytes() ? header : null;
  }

  /// Loads `sector`, and tells whether there is anything but zeros.
  private boolean loadSector(Segment segment, int at, int length) throws IOException {
    load(segment, at, ByteBuffer.wrap(sector, 0, length));
    return !Arrays.equals(sector, 0, length, ZEROS, 0, length);
  }
}
