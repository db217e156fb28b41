package io.raftctl.storage.log;

import io.raftctl.storage.ControlBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Copies the headers of records into the tail of their segment, once the records are synced: such
/// a copy is the record's identity, and proves that the record was synced ([RecordFormat]).
///
/// One thread announces records, in their order; another one may write the copies.
final class IdentityWriter {
  private static final int SECTORS = 64;
  private static final byte[] ZEROS = new byte[ControlBlock.BYTES];

  /// Records whose copies are not written yet.
  private final Queue<Announced> announced = new ConcurrentLinkedQueue<>();

  /// Sectors of copies that are being filled, the first one last as in the file. The fields from
  /// here on belong to the thread that writes.
  private final ByteBuffer sectors = ByteBuffer.allocateDirect(SECTORS * ControlBlock.BYTES);

  private @Nullable Segment segment;

  /// Which sector of the segment's copies is the first in the buffer.
  private int firstSector;

  /// The record whose copy comes next.
  private int next;

  /// The copies before this one are written.
  private int written;

  /// @param header its bytes
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Announced(Segment segment, int ordinal, long position, byte[] header) {}

  /// A record was written, and is not synced yet.
  ///
  /// @param ordinal how many records its segment holds before it
  void announce(Segment home, int ordinal, long position, ByteBuffer header) {
    if (home.hasIdentities()) {
      byte[] bytes = new byte[RecordFormat.HEADER];
      header.get(0, bytes);
      announced.add(new Announced(home, ordinal, position, bytes));
    }
  }

  /// Writes the copies of all records before `synced`, without waiting for the platter.
  void write(long synced) throws IOException {
    for (Announced record = announced.peek();
        record != null && record.position < synced;
        record = announced.peek()) {
      put(record.segment, record.ordinal, record.header);
      announced.remove();
    }
    flush();
  }

  /// Adds the copy of a header to those that the next [#flush()] writes.
  ///
  /// @param ordinal 0, or one more than that of the record before
  void put(Segment home, int ordinal, byte[] header) throws IOException {
    if (segment == null || segment.number() != home.number()) {
      flush();
      segment = home;
      firstSector = 0;
      written = 0;
      clear(0, sectors.capacity());
    }
    if (sectorOf(ordinal) - firstSector == SECTORS) {
      flush();
    }
    sectors.put(
        startOf(sectorOf(ordinal)) + ordinal % RecordFormat.IDENTITIES * RecordFormat.HEADER,
        header);
    next = ordinal + 1;
  }

  /// Hands what was put to the file.
  void flush() throws IOException {
    if (segment == null || written == next) {
      return;
    }
    int last = sectorOf(next - 1);
    sectors.clear().position(startOf(last));
    segment.file().write(sectors, RecordFormat.identityAt(segment, last * RecordFormat.IDENTITIES));
    keepFrom(sectorOf(next), last);
    written = next;
  }

  /// Goes on in `sector`: the one that is not full yet, or the one behind the `last` that was
  /// written.
  private void keepFrom(int sector, int last) {
    int used = startOf(last);
    int kept = sectors.capacity() - ControlBlock.BYTES;
    if (sector == last && used < kept) {
      sectors.put(kept, sectors, used, ControlBlock.BYTES);
    }
    clear(used, sector == last ? kept : sectors.capacity());
    firstSector = sector;
  }

  private void clear(int from, int to) {
    for (int at = from; at < to; at += ControlBlock.BYTES) {
      sectors.put(at, ZEROS);
    }
  }

  private static int sectorOf(int ordinal) {
    return ordinal / RecordFormat.IDENTITIES;
  }

  /// Where a sector of the copies begins in the buffer.
  private int startOf(int sector) {
    return sectors.capacity() - (sector - firstSector + 1) * ControlBlock.BYTES;
  }
}
