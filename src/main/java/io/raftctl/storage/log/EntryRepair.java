package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Writes entries into their places that are lost there. Any thread may call; no segment may be
/// closed meanwhile.
final class EntryRepair {
  private final SegmentChain chain;
  private final EntryReader reader;

  /// The segments that were written into, and not synced yet.
  private final RepairNotes notes;

  private final CRC32C crc = new CRC32C();

  EntryRepair(SegmentChain chain, EntryReader reader) {
    this.chain = chain;
    this.reader = reader;
    this.notes = new RepairNotes(chain.disk());
  }

  /// Writes an entry byte for byte as it was, if it is what its place has lost. Not synced.
  ///
  /// The first write is a sync: the copies of the headers are to be safe before a crash can tear
  /// what is written here. Its sectors then hold the old bytes or the new ones, and the entry is
  /// damaged as before or whole; the bytes of its neighbours do not change.
  synchronized void write(Entry entry) throws IOException {
    Header header = reader.lost(entry);
    if (header == null || !header.withoutData().matches(entry)) {
      return;
    }
    Segment home = chain.get(Position.segment(header.position()));
    ByteBuffer record = ByteBuffer.allocate(RecordFormat.HEADER + header.length());
    RecordFormat.encode(header, home.seed(), record.slice(0, RecordFormat.HEADER), crc);
    record.put(RecordFormat.HEADER, entry.data());
    notes.begin(home.number());
    home.file().sync();
    home.overwrite(record, Position.at(header.position()));
  }

  /// Returns once all that was written survives a crash.
  synchronized void sync() throws IOException {
    for (long number : notes.segments()) {
      if (number >= chain.first().number()) {
        chain.get(number).file().sync();
      }
    }
    notes.end();
  }
}
