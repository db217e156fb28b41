package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.storage.ControlBlock;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Finds out at start what the log holds. [RecordFormat] tells how, and why it is right.
///
/// First everything is read and judged, and nothing changed; then [#repair()] makes the end of the
/// log one to go on from.
final class Recovery {
  private final SegmentChain chain;
  private final RecordReader reader;
  private final LogIndex index = new LogIndex();

  /// The largest durable mark of all intact records: what lies before it was synced for certain.
  private long proven;

  /// The largest proof behind the first place that needed one; negative before that.
  private long provenBehind = -1;

  private Segment segment;

  /// The byte behind the last record.
  private int end = Segment.FIRST;

  /// How many records the last segment holds.
  private int records;

  /// The checksum of the last record.
  private int lastChecksum;

  private boolean endsWithMark;

  /// Whether there is anything but zeros behind the end.
  private boolean torn;

  /// By index: entries of which only the name is left.
  private final TreeMap<Long, DamagedEntry> damaged = new TreeMap<>();

  /// Headers and fillers that are to be written into their places again.
  private final List<StartRepair.Mending> mendings = new ArrayList<>();

  /// The segments with copies of headers that are missing or not intact.
  private final TreeSet<Long> withoutIdentities = new TreeSet<>();

  private final IdentityWriter identities = new IdentityWriter();
  private final Observer observer;

  /// The entry that was read last, where its data are lost.
  private @Nullable Header lost;

  private final CRC32C crc = new CRC32C();

  /// Hears of what a start mends, has to live with, or has no use for. It need not care.
  interface Observer {
    Observer NONE = new Observer() {};

    /// The data of an entry are lost.
    default void damaged(Segment home, Header entry) {}

    /// Something is not what was written, and all that it was is known.
    ///
    /// @param at where in the segment
    default void mendable(Segment home, int at, String what) {}

    /// A record at `position` replaces all entries from `index` on that lie before it.
    default void replaced(long position, long index) {}
  }

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
    return scan(chain, Observer.NONE);
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
    recovery.lookForTornTail();
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

  /// How many records the last segment holds.
  int records() {
    return records;
  }

  /// Entries of which only the name is left, in the order of their indexes.
  List<DamagedEntry> damaged() {
    return List.copyOf(damaged.values());
  }

  /// What writes copies of headers, ready to go on behind the last record.
  IdentityWriter identities() {
    return identities;
  }

  /// Whether a torn tail lies behind the end, which [#repair()] cuts off.
  boolean isTorn() {
    return torn;
  }

  /// @return the header as it is in the file
  byte[] bytes(Header header, Segment home) {
    ByteBuffer bytes = ByteBuffer.allocate(RecordFormat.HEADER);
    RecordFormat.encode(header, home.seed(), bytes, crc);
    return bytes.array();
  }

  /// Makes the end of the log one to go on from ([StartRepair]).
  void repair() throws IOException {
    new StartRepair(chain, reader, this, mendings, withoutIdentities).run();
  }

  /// Before this position all was synced for certain.
  long proven() {
    return proven;
  }

  /// How far the log goes in a segment.
  int endIn(Segment other) {
    int order = Long.compare(other.number(), segment.number());
    return order < 0 ? other.bytes() : order == 0 ? end : Segment.FIRST;
  }

  /// Where the copies of headers begin in a segment, or where it ends.
  int recordsEndIn(Segment other) {
    return RecordFormat.recordsEnd(other, other.number() == segment.number() ? records : 0);
  }

  /// A log whose first segments were removed begins with a record that says where.
  private void requireBeginning() throws IOException {
    if (segment.number() == 1) {
      return;
    }
    Header header = reader.headerIfIntact(segment, end);
    if (header == null) {
      header = reader.identity(segment, 0);
    }
    if (header == null || header.type() != RecordFormat.START) {
      throw StorageException.damaged(
          chain.disk(), SegmentName.of(segment.number() - 1), "the file is missing");
    }
    lastChecksum = header.previous();
    index.terms().startAfter(header.id());
  }

  /// The next record, or null at the end of what is whole.
  private @Nullable Header next() throws IOException {
    int at = RecordFormat.start(end);
    Header own = following(reader.headerIfIntact(segment, at));
    Header identity = following(reader.identity(segment, records));
    // A copy shows what was synced there; so it is right where the two differ.
    Header header = identity != null ? identity : own;
    if (header == null) {
      return endAt(at);
    }
    compare(own, identity, at);
    return switch (reader.check(segment, header)) {
      case INTACT -> header;
      case TORN -> identity == null && !isProvenSynced(at) ? null : withoutData(header);
      case ROTTEN -> withoutData(header);
    };
  }

  /// A header, if it is that of the next record.
  private @Nullable Header following(@Nullable Header header) {
    boolean follows =
        header != null
            && Position.at(header.position()) == RecordFormat.start(end)
            && header.previous() == lastChecksum;
    return follows ? header : null;
  }

  /// The end of the log, for certain.
  private @Nullable Header endAt(int at) throws IOException {
    boolean blank = reader.isBlank(segment, at);
    if ((blank || reader.headerIfIntact(segment, at) != null) && !isProvenSynced(at)) {
      return null;
    }
    throw reader.damaged(
        segment,
        at,
        "the record with entry %d or behind it is lost, and so is every copy of its header"
            .formatted(index.terms().lastIndex() + 1));
  }

  /// Finds out which of the two headers of a record must be written again.
  private void compare(@Nullable Header own, @Nullable Header identity, int at) throws IOException {
    if (identity != null && (own == null || own.checksum() != identity.checksum())) {
      mend(at, bytes(identity, segment), "the header" + nameOf(identity) + " is not intact");
    }
    if (identity == null && segment.hasIdentities()) {
      withoutIdentities.add(segment.number());
      if (reader.hasIdentity(segment, records)) {
        observer.mendable(
            segment,
            RecordFormat.identityAt(segment, records),
            "the copy of a header is not intact");
      }
    }
  }

  private void mend(int at, byte[] bytes, String what) {
    mendings.add(new StartRepair.Mending(segment, at, bytes));
    observer.mendable(segment, at, what);
  }

  /// A record whose data are lost. Only an entry's are not known from its header.
  private Header withoutData(Header header) {
    if (header.type() == RecordFormat.ENTRY) {
      lost = header;
    } else {
      mend(header.end() - header.length(), new byte[header.length()], "a filler is not intact");
    }
    return header;
  }

  private void take(Header header) throws IOException {
    proven = Math.max(proven, header.durable());
    endsWithMark = false;
    end = header.end();
    records++;
    lastChecksum = header.checksum();
    switch (header.type()) {
      case RecordFormat.ENTRY -> takeEntry(header);
      case RecordFormat.MARK -> endsWithMark = true;
      case RecordFormat.ROLL -> takeRoll();
      case RecordFormat.START -> takeStart(header);
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
      damaged.tailMap(header.index()).clear();
    }
    index.put(header.id(), header.position(), records - 1);
    if (header.equals(lost)) {
      damaged.put(header.index(), header.withoutData());
      observer.damaged(segment, header);
    }
  }

  private void takeStart(Header header) {
    EntryId last = header.id();
    boolean first = Position.at(header.position()) == Segment.FIRST;
    if (first && last.equals(index.terms().last())) {
      index.beginSegment(segment);
    } else {
      observer.replaced(header.position(), 0);
      index.startAfter(last, header.position());
      damaged.clear();
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
    records = 0;
  }

  /// Whether this place was synced for certain: something behind it was written later.
  private boolean isProvenSynced(int at) throws IOException {
    if (provenBehind < 0) {
      provenBehind = Math.max(0, lookBehind());
    }
    return provenBehind > Position.of(segment, at);
  }

  /// Looks for proofs behind the last record.
  ///
  /// @return the largest position before which all was synced
  private long lookBehind() throws IOException {
    long largest = 0;
    for (Segment later : chain.from(segment.number())) {
      int at = endIn(later);
      int known = later.number() == segment.number() ? records : 0;
      int to = RecordFormat.recordsEnd(later, known - known % RecordFormat.IDENTITIES);
      while (at < to) {
        if (reader.isUsed(later, at)) {
          largest = Math.max(largest, proofIn(later, at));
        }
        at += RecordReader.restOfSector(at);
      }
    }
    return largest;
  }

  /// The largest proof in a sector, of which it is not known whether it holds records or copies.
  private long proofIn(Segment later, int sector) throws IOException {
    long largest = 0;
    int sectorEnd = sector + RecordReader.restOfSector(sector);
    for (int at = (sector + 7) & -8; at <= sectorEnd - RecordFormat.HEADER; at += 8) {
      Header header = reader.headerIfIntact(later, at);
      largest = header == null ? largest : Math.max(largest, header.durable());
    }
    int first = RecordFormat.ordinalAt(later, sectorEnd - ControlBlock.BYTES);
    for (int ordinal = first; ordinal < first + RecordFormat.IDENTITIES; ordinal++) {
      Header identity = reader.identity(later, ordinal);
      // A header in its own place is a record and not yet a copy of one.
      if (identity != null
          && Position.at(identity.position()) != RecordFormat.identityAt(later, ordinal)) {
        largest = Math.max(largest, identity.position() + 1);
      }
    }
    return largest;
  }

  /// Whether anything but zeros lies behind the end, that is no copy of a header.
  private void lookForTornTail() throws IOException {
    for (Segment later : chain.from(segment.number())) {
      int at = endIn(later);
      while (at < recordsEndIn(later)) {
        torn |= reader.isUsed(later, at);
        at += RecordReader.restOfSector(at);
      }
    }
  }

  private static String nameOf(Header header) {
    return header.type() == RecordFormat.ENTRY ? " of entry " + header.index() : " of the record";
  }
}
