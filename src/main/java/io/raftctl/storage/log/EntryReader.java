package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads entries back, and writes those into their places that are lost. Any thread may read; no
/// segment may be closed meanwhile.
final class EntryReader {
  private final SegmentChain chain;
  private final LongFunction<LogIndex.Run> runs;
  private final Queue<RecordReader> idle = new ConcurrentLinkedQueue<>();

  /// @param runs tells where the entry of an index lies
  EntryReader(SegmentChain chain, LongFunction<LogIndex.Run> runs) {
    this.chain = chain;
    this.runs = runs;
  }

  /// Entries `from` to `to`, as many as fit into `bytesMax`, but at least one; none from the first
  /// on that is lost.
  ///
  /// @throws DamagedEntryException where the first one is lost
  List<Entry> read(long from, long to, long bytesMax) throws IOException {
    RecordReader reader = borrow();
    try {
      return read(new Cursor(reader, from), to, bytesMax);
    } finally {
      idle.add(reader);
    }
  }

  private static List<Entry> read(Cursor cursor, long to, long bytesMax) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    while (cursor.index <= to) {
      Header header = cursor.next();
      bytes += header.length() + (long) Entry.OVERHEAD_BYTES;
      if (bytes > bytesMax && !entries.isEmpty()) {
        return entries;
      }
      byte[] data = cursor.reader.dataIfIntact(cursor.segment, header);
      if (data == null && entries.isEmpty()) {
        throw new DamagedEntryException(header.withoutData());
      }
      if (data == null) {
        return entries;
      }
      entries.add(new Entry(header.id(), Entry.Kind.of(header.kind()), data));
    }
    return entries;
  }

  /// Writes an entry byte for byte as it was, if it is what its place has lost. Not synced.
  ///
  /// The first write is a sync: the copies of the headers are to be safe before a crash can tear
  /// what is written here. Its sectors then hold the old bytes or the new ones, and the entry is
  /// damaged as before or whole; the bytes of its neighbours do not change.
  ///
  /// @return the segment that was written, which is to be synced; null where nothing was lost
  @Nullable Segment repair(Entry entry) throws IOException {
    Cursor cursor = new Cursor(borrow(), entry.index());
    Header header = cursor.next();
    int at = Position.at(header.position());
    boolean whole =
        cursor.reader.headerIfIntact(cursor.segment, at) != null
            && cursor.reader.check(cursor.segment, header) == RecordReader.Data.INTACT;
    idle.add(cursor.reader);
    if (whole || !header.withoutData().matches(entry)) {
      return null;
    }
    ByteBuffer record = ByteBuffer.allocate(RecordFormat.HEADER + header.length());
    RecordFormat.encode(
        header, cursor.segment.seed(), record.slice(0, RecordFormat.HEADER), new CRC32C());
    record.put(RecordFormat.HEADER, entry.data());
    cursor.segment.file().sync();
    cursor.segment.overwrite(record, at);
    return cursor.segment;
  }

  private RecordReader borrow() {
    RecordReader reader = idle.poll();
    if (reader == null) {
      return new RecordReader(chain.disk(), chain.first().bytes());
    }
    reader.reset();
    return reader;
  }

  /// A way through the entries, from one on.
  private final class Cursor {
    private final RecordReader reader;

    /// The index of the entry that comes next.
    private long index;

    private LogIndex.Run run;
    private Segment segment;
    private int at;
    private int ordinal;

    Cursor(RecordReader reader, long index) throws IOException {
      this.reader = reader;
      run = runs.apply(index);
      segment = chain.get(Position.segment(run.position()));
      begin();
      while (this.index < index) {
        next();
      }
    }

    private void begin() {
      index = run.first();
      segment = chain.get(Position.segment(run.position()));
      at = Position.at(run.position());
      ordinal = run.ordinal();
    }

    /// The header of the next entry.
    Header next() throws IOException {
      if (index > run.last()) {
        run = runs.apply(index);
        begin();
      }
      Header header = nextRecord();
      while (header.type() == RecordFormat.MARK) {
        header = nextRecord();
      }
      if (header.type() != RecordFormat.ENTRY || header.index() != index) {
        throw reader.damaged(segment, at, "entry " + index + " is not in its place");
      }
      index++;
      return header;
    }

    private Header nextRecord() throws IOException {
      Header header = reader.header(segment, ordinal, at);
      ordinal++;
      at = RecordFormat.start(header.end());
      return header;
    }
  }
}
