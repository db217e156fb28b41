package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Reads entries back. Any thread may read; no segment may be closed meanwhile.
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

  /// The header of the record in the place of an entry, if that is not intact; null where it is.
  @Nullable Header lost(Entry entry) throws IOException {
    Cursor cursor = new Cursor(borrow(), entry.index());
    Header header = cursor.next();
    boolean whole =
        cursor.reader.headerIfIntact(cursor.segment, Position.at(header.position())) != null
            && cursor.reader.check(cursor.segment, header) == RecordReader.Data.INTACT;
    idle.add(cursor.reader);
    return whole ? null : header;
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
