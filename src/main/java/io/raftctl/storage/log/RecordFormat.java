package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.LogOptions;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The format of the log on the disk, version 2. Numbers are big-endian.
///
/// The log is a chain of segments, files of a fixed size named `log-00000001` and so on
/// ([Segment]). A segment is a header of one sector ([ControlBlock]), then records, then zeros, and
/// at its end the identities of the records, growing downward:
///
/// ```
/// header   16 long number   24 long size of the file   32 int owner: checksum of the identity
///
/// record    0 int   CRC32C of the next 44 bytes, begun with the checksum of the segment's header
///           4 int   the checksum of the record before this one; 0 for the first of the log
///           8 int   CRC32C of the data
///          12 int   length of the data
///          16 int   where in the file this record begins
///          20 byte  type: 1 entry, 2 roll, 3 mark, 4 start
///          21 byte  kind of the entry                  22 short 0
///          24 long  durable mark: all of the log before this position was synced when this record
///                   was written (segment number in the upper half, byte of the file in the lower)
///          32 long  index                              40 long  term
///          48 ...   data
///
/// from the end of the file, in sectors
///          0        a copy of the segment's header
///          1        copies of the headers of the records 0 to 9, 48 bytes each, then zeros
///          2 ...    of the records 10 to 19, and so on
/// ```
///
/// A record begins at a multiple of 8, and at the next sector where its header would straddle two.
/// A **roll** ends a segment: the log goes on in the next one, which is there already. **Marks**
/// only carry their durable mark; a graceful stop and a recovery leave two, the first one filled up
/// to the end of its sector with zeros. An entry whose index is not new replaces the entries from
/// that index on: nothing is ever truncated in place, the later record counts. Unknown types, kinds
/// and versions are refused. A segment of version 1 has no identities: its records go on to its
/// end. It is read and filled up as ever, and the one behind it is of version 2.
///
/// A **start** is the first record of each segment but the first (of each, since there are
/// snapshots: older logs have none). Its index and term are those of the last entry before it.
/// - Where they are what the log ended with, it only says so, and the log may begin with it: once
///   it is synced, a snapshot holds what was before, and no entry behind it replaces one before it,
///   the file `log-start` names its segment ([LogStart]) and those before are removed.
/// - Where they are not, a snapshot from a leader took the place of the whole log: nothing before
///   the start counts any more. Where the disk is full there is no segment that could begin with
///   it, and it lies among the records of the last one. The log may then begin where it might have
///   begun right before it: with a segment up to that one.
///
/// ## Identities
///
/// The copy of a record's header is its **identity**: index, term, kind, length, checksum of the
/// data, place and predecessor. **It is written only once the record's sync has returned**, right
/// then and without a sync of its own, so it reaches the platter with the next sync; a segment that
/// is full, a graceful stop and a recovery sync theirs ([IdentityWriter]). So an identity proves
/// that its record was synced, and each header is there twice, far apart:
/// - A header that is not intact is written again from its identity, and an identity from its
///   header; so is the header of a segment from its copy. The entries are whole.
/// - Data that are not what was written, or cannot be read, make the entry **damaged**: it counts,
///   it has its id, length and checksum, and the log goes on behind it. A peer's copy with that
///   checksum is written into its place, byte for byte what was there ([EntryRepair#write]). A
///   crash in that write leaves the entry damaged or whole; sectors that it shares with its
///   neighbours keep their bytes.
/// - Where a header and its identity both are intact and differ, the identity is right.
///
/// It costs 51 bytes a record, one more page with each sync, one more sync with each segment, and
/// the last segment's headers read and copied once more at a start.
///
/// ## What a crash can leave
///
/// The invariant: **a write that is not synced lies on zeros that are.** Segments are filled with
/// zeros and synced, with their directory, before they get their name; records are only ever added
/// behind others; and what recovery cuts off is zeroed and synced before anything is written there.
/// A device writes a sector of 512 bytes whole or not at all. So after a crash each sector of the
/// unsynced part holds what was written or zeros in place of the records added since the last sync,
/// and no record is in a sector by halves ([SegmentWriter]).
///
/// Recovery walks the chain. It ends at the first place where there is no intact record that names
/// the one before it, and decides what this place is:
/// 1. **Zeros, and nothing behind them**: the end of the log.
/// 2. **A torn tail**: zeros in place of a header, or a record of which at least one sector is
///    zeros, or a record that names another predecessor, and **nothing that proves that it was
///    synced**; whatever follows in this segment and later ones was not synced either. It is cut,
///    also where intact records of the same batch follow the gap. Nobody was promised any of it.
/// 3. **A damaged entry**: its header or its identity is intact, its data are not, and something
///    proves that it was synced, or no sector of it is all zeros.
/// 4. **Rot**: refused, and nothing is changed. Here neither header nor identity is left, and
///    - an intact header anywhere behind carries a durable mark beyond this place, or an identity
///      is that of a record behind it;
///    - or there is something that is neither a header nor all zeros: a header lies in one sector,
///      so no crash has left that.
///
///    Also refused are a segment that is missing, has another size, or of whose header no copy is
///    intact: all that is synced before the segment has a name; and a record that contradicts the
///    ones before it.
///
/// A crash during the recovery itself leaves case 1 or 2 again. A start after a process that died
/// while the machine stayed up reads what may be in memory only: [StartRepair].
///
/// ## What stays ambiguous
///
/// Only the last batch that was synced, while its identities are in the memory of the operating
/// system (up to the next sync, or until they are written back, half a minute later or less). If
/// the power fails then, and whole sectors of that batch turn to zeros besides, this looks like a
/// torn tail. After a stop or a recovery there is no such batch. What lies where the next record
/// would begin is refused if it is neither zeros nor a record, as nobody knows whether one was
/// synced there. A device that goes back to an older state of the whole log is not noticed. In a
/// segment of version 1, a loss of synced records is cut if it looks like a torn tail and no
/// durable mark beyond it is left.
final class RecordFormat {
  static final int HEADER = 48;

  /// Carries an entry.
  static final int ENTRY = 1;

  /// The last record of a segment: the log goes on in the next one.
  static final int ROLL = 2;

  /// Carries nothing but its durable mark.
  static final int MARK = 3;

  /// Begins a segment: names the last entry before it.
  static final int START = 4;

  /// How many copies of headers a sector holds.
  static final int IDENTITIES = 10;

  /// How many records a segment has room for at least, before a record is put: this one, a second
  /// [#MARK] behind a first, a [#ROLL].
  private static final int RECORDS_AHEAD = 3;

  /// What a [#START] takes at most: itself, and the gap before it.
  private static final int START_BYTES = HEADER + 7 + (HEADER - 8);

  /// Where the first entry of a segment lies, behind the [#START].
  static final int FIRST_ENTRY = Segment.FIRST + HEADER;

  private static final int SECTOR = ControlBlock.BYTES;

  private RecordFormat() {}

  /// A record without its data.
  ///
  /// @param checksum of the header; 0 in one that is not encoded yet
  /// @param previous the checksum of the record before it
  /// @param position its own
  /// @param durable all of the log before this position was synced when the record was written
  record Header(
      int checksum,
      int previous,
      int dataChecksum,
      int length,
      int type,
      int kind,
      long position,
      long durable,
      long index,
      long term) {
    EntryId id() {
      return new EntryId(term, index);
    }

    /// What is left of the entry where its data are lost.
    DamagedEntry withoutData() {
      return new DamagedEntry(id(), Entry.Kind.of(kind), length, dataChecksum);
    }

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

  /// Where the copy of a record's header lies.
  ///
  /// @param ordinal how many records the segment holds before it
  static int identityAt(Segment segment, int ordinal) {
    int sector = segment.bytes() - (2 + ordinal / IDENTITIES) * SECTOR;
    return sector + ordinal % IDENTITIES * HEADER;
  }

  /// The first copy in a sector, if it holds copies.
  static int ordinalAt(Segment segment, int sector) {
    return ((segment.bytes() - sector) / SECTOR - 2) * IDENTITIES;
  }

  /// The byte after the last one where records may lie, in a segment of so many of them.
  static int recordsEnd(Segment segment, int records) {
    return segment.hasIdentities()
        ? segment.bytes() - (1 + (records + IDENTITIES - 1) / IDENTITIES) * SECTOR
        : segment.bytes();
  }

  /// Whether a segment has room for a record, a [#ROLL] behind it, and the copies of their headers.
  ///
  /// @param ordinal how many records the segment holds before it
  static boolean fits(int at, int ordinal, int length, Segment segment) {
    long end = (long) start(at) + HEADER + length;
    long recordsEnd = recordsEnd(segment, ordinal + RECORDS_AHEAD);
    return end < recordsEnd && start((int) end) + HEADER <= recordsEnd;
  }

  /// Whether there is room for a [#START] besides, as long as no other segment follows.
  static boolean fitsBeforeStart(int at, int ordinal, int length, Segment segment) {
    return fits(at, ordinal + 1, length + START_BYTES, segment);
  }

  /// How much certainly finds room from `at` on: all entries that come to this, each counted as
  /// [Room#bytesOf] does, and a [#START].
  ///
  /// @param records how many the segment holds
  static long room(int at, int records, Segment segment) {
    int ordinal = records + RECORDS_AHEAD + 1;
    int gaps = 2 * HEADER + START_BYTES; // Before and in a last [#ROLL], and the [#START].
    long room = (long) recordsEnd(segment, ordinal) - at - gaps;
    if (segment.hasIdentities()) {
      // An entry takes no more than its data, a header, and the gaps before an eighth byte and
      // before
      // a sector. The rest of what it is counted for makes up for its identity, but for the first
      // one of a sector.
      int spare = Room.OVERHEAD_BYTES - (HEADER + 7) - (HEADER - 8);
      int before = (IDENTITIES - ordinal % IDENTITIES) % IDENTITIES;
      room -= Math.max(0, SECTOR - (before + 1) * spare);
    }
    return Math.max(0, room);
  }

  /// As [#room(int, int, Segment)], of a segment that is empty.
  static long room(Segment empty) {
    return room(FIRST_ENTRY, 1, empty);
  }

  /// The size of a segment for one large record behind the [#START].
  static int segmentBytes(int length) {
    long records = ((long) FIRST_ENTRY + HEADER + length + SECTOR - 1) / SECTOR * SECTOR + SECTOR;
    long bytes = records + 2 * SECTOR; // The copies of their headers, and of the segment's.
    if (bytes > LogOptions.SEGMENT_BYTES_MAX) {
      throw new IllegalArgumentException("an entry of " + length + " bytes is too large");
    }
    return (int) bytes;
  }

  /// Fills `target`, a heap buffer of [#HEADER] bytes.
  ///
  /// @return the checksum of the header
  static int encode(Header header, int seed, ByteBuffer target, CRC32C crc) {
    target
        .clear()
        .putInt(seed)
        .putInt(header.previous)
        .putInt(header.dataChecksum)
        .putInt(header.length)
        .putInt(Position.at(header.position))
        .put((byte) header.type)
        .put((byte) header.kind)
        .putShort((short) 0)
        .putLong(header.durable)
        .putLong(header.index)
        .putLong(header.term)
        .flip();
    int checksum = checksum(target, crc);
    target.putInt(0, checksum);
    return checksum;
  }

  /// Reads a heap buffer of [#HEADER] bytes.
  ///
  /// @return null where they are not the intact header of a record of that segment. Its position
  ///   may be another one than where the bytes come from
  static @Nullable Header decode(ByteBuffer source, Segment segment, CRC32C crc) {
    int checksum = source.getInt(0);
    source.putInt(0, segment.seed());
    if (checksum != checksum(source.clear(), crc)) {
      return null;
    }
    long position = Position.of(segment, source.getInt(16));
    return new Header(
        checksum,
        source.getInt(4),
        source.getInt(8),
        source.getInt(12),
        source.get(20),
        source.get(21),
        position,
        source.getLong(24),
        source.getLong(32),
        source.getLong(40));
  }

  static int checksum(byte[] bytes, CRC32C crc) {
    crc.reset();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  private static int checksum(ByteBuffer header, CRC32C crc) {
    crc.reset();
    crc.update(header);
    header.rewind();
    return (int) crc.getValue();
  }

  /// Where a byte of the log lies: the number of its segment in the upper 32 bits of a long, the
  /// byte of the file in the lower ones. So positions compare like numbers, in the order of
  /// writing.
  static final class Position {
    private Position() {}

    static long of(Segment segment, int at) {
      return (segment.number() << Integer.SIZE) | at;
    }

    static long segment(long position) {
      return position >>> Integer.SIZE;
    }

    /// The byte of the file.
    static int at(long position) {
      return (int) position;
    }

    /// As an error message names it.
    static String toString(long position) {
      return SegmentName.of(segment(position)) + ", byte " + at(position);
    }
  }
}
