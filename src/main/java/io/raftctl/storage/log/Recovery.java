package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds out at start what the log holds. [RecordFormat] tells how, and why it is right.
///
/// First everything is read and judged, and nothing changed; then [#repair()] makes the end of the
/// log one to go on from.
final class Recovery {
  private static final int CHUNK_BYTES = 64 << 10;

  private final SegmentChain chain;
  private final RecordReader reader;
  private final LogIndex index = new LogIndex();

  /// The largest durable mark of all intact records: what lies before it was synced for certain.
  private long proven;

  private Segment segment;

  /// The byte behind the last record.
  private int end = Segment.FIRST;

  /// The checksum of the last record.
  private int lastChecksum;

  private boolean endsWithMark;

  /// Whether there is anything but zeros behind the end.
  private boolean torn;

  private final Observer observer;

  /// Hears of what a start does not go on with, or has no use for.
  interface Observer {
    /// The data of an entry are not what was written; its header is, so the walk can go on.
    void rotten(StorageException damage);

    /// A record at `position` replaces all entries from `index` on that lie before it.
    void replaced(long position, long index);
  }

  /// What a start does: rot ends it.
  private static final Observer REFUSAL =
      new Observer() {
        @Override
        public void rotten(StorageException damage) {
          throw damage;
        }

        @Override
        public void replaced(long position, long index) {
          // The index knows it already.
        }
      };

  private Recovery(SegmentChain chain, Observer observer) {
    this.chain = chain;
    this.observer = observer;
    this.segment = chain.first();
    this.reader = new RecordReader(chain.disk(), segment.bytes());
  }

  /// Reads the log to its end; changes nothing.
  ///
  /// @throws StorageException where bytes that were synced are not what was written
  static Recovery scan(SegmentChain chain) throws IOException {
    return scan(chain, REFUSAL);
  }

  /// As [#scan(SegmentChain)], for one who only looks.
  static Recovery scan(SegmentChain chain, Observer observer) throws IOException {
    Recovery recovery = new Recovery(chain, observer);
    recovery.requireBeginning();
    Header header = recovery.next();
    while (header != null) {
      recovery.take(header);
      header = recovery.next();
    }
    recovery.requireUnsyncedFromEnd();
    recovery.index.resumeIn(recovery.segment.number());
    return recovery;
  }

  LogIndex index() {
    return index;
  }

  Segment segment() {
    return segment;
  }

  int end() {
    return end;
  }

  int lastChecksum() {
    return lastChecksum;
  }

  /// Whether the last record proves that all before it was synced.
  boolean endsWithMark() {
    return endsWithMark;
  }

  /// Whether a torn tail lies behind the end, which [#repair()] cuts off.
  boolean isTorn() {
    return torn;
  }

  /// Syncs all that was found, and makes what lies behind it zeros again.
  ///
  /// Records that may not be synced yet are written once more, with the same bytes: the process
  /// before this one may have ended because their sync failed, and then they are in the memory of
  /// the operating system only, where no later sync would look for them.
  void repair() throws IOException {
    long first = Math.max(chain.first().number(), Position.segment(proven));
    for (Segment touched : chain.from(first)) {
      if (touched.number() <= segment.number()) {
        int from = touched.number() == Position.segment(proven) ? Position.at(proven) : 0;
        rewrite(touched, Math.max(Segment.FIRST, from), endIn(touched));
      }
      zero(touched, endIn(touched));
      touched.file().sync();
    }
    chain.disk().syncDirectory();
  }

  /// How far the log goes in a segment.
  private int endIn(Segment other) {
    int order = Long.compare(other.number(), segment.number());
    return order < 0 ? other.bytes() : order == 0 ? end : Segment.FIRST;
  }

  /// A log whose first segments were removed begins with a record that says where.
  private void requireBeginning() throws IOException {
    if (segment.number() == 1) {
      return;
    }
    Header header = reader.header(segment, end);
    if (header == null || header.type() != RecordFormat.START) {
      throw StorageException.damaged(
          chain.disk(), SegmentName.of(segment.number() - 1), "the file is missing");
    }
    lastChecksum = header.previous();
    index.terms().startAfter(new EntryId(header.term(), header.index()));
  }

  /// The next record, or null at the end of what is whole.
  private @Nullable Header next() throws IOException {
    int at = RecordFormat.start(end);
    Header header = reader.header(segment, at);
    if (header == null || header.previous() != lastChecksum) {
      return null;
    }
    return switch (reader.check(segment, header)) {
      case INTACT -> header;
      case TORN -> null;
      case ROTTEN -> {
        observer.rotten(
            reader.damaged(segment, at, "the checksum" + nameOf(header) + " does not match"));
        yield header;
      }
    };
  }

  private void take(Header header) throws IOException {
    proven = Math.max(proven, header.durable());
    endsWithMark = false;
    end = header.end();
    lastChecksum = header.checksum();
    switch (header.type()) {
      case RecordFormat.ENTRY -> takeEntry(header);
      case RecordFormat.MARK -> endsWithMark = true;
      case RecordFormat.ROLL -> takeRoll();
      case RecordFormat.START -> takeStart(new EntryId(header.term(), header.index()));
      default ->
          throw new StorageException(
              "%s/%s holds a record of the unknown type %d; start the raftctl that wrote it"
                  .formatted(chain.disk(), Position.toString(header.position()), header.type()));
    }
  }

  private void takeEntry(Header header) {
    try {
      Entry.Kind.of(header.kind());
    } catch (IllegalArgumentException e) {
      throw new StorageException(
          "%s/%s holds entry %d of the unknown kind %d; start the raftctl that wrote it"
              .formatted(
                  chain.disk(),
                  Position.toString(header.position()),
                  header.index(),
                  header.kind()),
          e);
    }
    TermRuns terms = index.terms();
    boolean follows =
        header.index() >= terms.firstIndex()
            && header.index() <= terms.lastIndex() + 1
            && header.term() >= Math.max(1, terms.termAt(header.index() - 1));
    if (!follows) {
      throw StorageException.damaged(
          chain.disk(),
          Position.toString(header.position()),
          "entry "
              + header.index()
              + " of term "
              + header.term()
              + " cannot follow "
              + terms.last());
    }
    if (header.index() <= terms.lastIndex()) {
      observer.replaced(header.position(), header.index());
    }
    index.put(new EntryId(header.term(), header.index()), header.position());
  }

  private void takeStart(EntryId last) {
    if (last.equals(index.terms().last())) {
      index.beginSegment(segment.number());
    } else {
      observer.replaced(Position.of(segment, Segment.FIRST), 0);
      index.startAfter(last, segment.number());
    }
  }

  private void takeRoll() throws IOException {
    List<Segment> rest = chain.from(segment.number() + 1);
    if (rest.isEmpty()) {
      throw StorageException.damaged(
          chain.disk(), SegmentName.of(segment.number() + 1), "the segment is missing");
    }
    segment = rest.getFirst();
    end = Segment.FIRST;
  }

  /// Looks behind the end for a record that was written when the end was synced already.
  private void requireUnsyncedFromEnd() throws IOException {
    long here = Position.of(segment, RecordFormat.start(end));
    for (Segment later : chain.from(segment.number())) {
      int at = endIn(later);
      while (at < later.bytes()) {
        if (reader.isUsed(later, at)) {
          torn = true;
          requireNoMarkBeyond(here, later, at);
        }
        at += RecordReader.restOfSector(at);
      }
    }
  }

  private void requireNoMarkBeyond(long here, Segment later, int sector) throws IOException {
    int sectorEnd = sector + RecordReader.restOfSector(sector);
    for (int at = (sector + 7) & -8; at <= sectorEnd - RecordFormat.HEADER; at += 8) {
      Header header = reader.headerIfIntact(later, at);
      if (header != null && header.durable() > here) {
        throw StorageException.damaged(
            chain.disk(),
            Position.toString(here),
            "entry %d is lost, although the record at %s shows that it was synced"
                .formatted(index.terms().lastIndex() + 1, Position.toString(header.position())));
      }
    }
  }

  private void rewrite(Segment target, int from, int to) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int at = from; at < to; at += CHUNK_BYTES) {
      int length = Math.min(CHUNK_BYTES, to - at);
      reader.load(target, at, ByteBuffer.wrap(chunk, 0, length));
      target.file().write(ByteBuffer.wrap(chunk, 0, length), at);
    }
  }

  /// Overwrites what is not zero from `from` on.
  private void zero(Segment target, int from) throws IOException {
    int at = from;
    while (at < target.bytes()) {
      int length = RecordReader.restOfSector(at);
      if (reader.isUsed(target, at)) {
        target.file().write(ByteBuffer.allocate(length), at);
      }
      at += length;
    }
  }

  private static String nameOf(Header header) {
    return header.type() == RecordFormat.ENTRY ? " of entry " + header.index() : " of the record";
  }
}
