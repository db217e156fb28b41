package io.raftctl.storage.log;

import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Makes a log one to go on from, once a [Recovery] has found out what it holds.
final class StartRepair {
  private static final int CHUNK_BYTES = 64 << 10;

  private final SegmentChain chain;
  private final RecordReader reader;
  private final Recovery found;
  private final List<Mending> mendings;

  /// The segments with copies of headers that are missing or not intact.
  private final Set<Long> withoutIdentities;

  /// What was written to, by number.
  private final TreeSet<Long> unsynced = new TreeSet<>();

  /// Bytes that are known, and not what lies in their place.
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Mending(Segment segment, int at, byte[] bytes) {}

  StartRepair(
      SegmentChain chain,
      RecordReader reader,
      Recovery found,
      List<Mending> mendings,
      Set<Long> withoutIdentities) {
    this.chain = chain;
    this.reader = reader;
    this.found = found;
    this.mendings = mendings;
    this.withoutIdentities = withoutIdentities;
  }

  /// Syncs all that was found, makes what lies behind it zeros again, and sees to it that each
  /// header is there twice.
  ///
  /// Records that may not be synced yet are written once more, with the same bytes: the process
  /// before this one may have ended because their sync failed, and then they are in the memory of
  /// the operating system only, where no later sync would look for them. The same goes for segments
  /// in which that process was repairing something.
  void run() throws IOException {
    RepairNotes notes = RepairNotes.read(chain.disk());
    Set<Long> underRepair = new TreeSet<>(notes.segments());
    for (Segment each : chain.all()) {
      if (each.isHeaderRotten()) {
        notes.begin(each.number());
        each.mendHeader();
        unsynced.add(each.number());
      }
    }
    for (Mending mending : mendings) {
      notes.begin(mending.segment().number());
      mending.segment().overwrite(ByteBuffer.wrap(mending.bytes()), mending.at());
      unsynced.add(mending.segment().number());
    }
    reader.reset();
    long first = Math.max(chain.first().number(), Position.segment(found.proven()));
    for (Segment each : chain.all()) {
      if (each.number() >= first || underRepair.contains(each.number())) {
        rewrite(each, underRepair.contains(each.number()) ? 0 : found.proven());
        zero(each, found.endIn(each), found.recordsEndIn(each));
        unsynced.add(each.number());
      }
    }
    sync();
    for (Segment each : chain.all()) {
      boolean lacking = withoutIdentities.contains(each.number());
      boolean uncertain = each.number() >= first || underRepair.contains(each.number());
      if ((uncertain || lacking) && each.number() <= found.segment().number()) {
        if (!uncertain) {
          notes.begin(each.number());
        }
        writeIdentities(each);
        unsynced.add(each.number());
      }
    }
    sync();
    notes.end();
    chain.disk().syncDirectory();
  }

  private void sync() throws IOException {
    for (long number : unsynced) {
      chain.get(number).file().sync();
    }
    unsynced.clear();
  }

  /// Copies the headers of all records of a segment, which are synced.
  private void writeIdentities(Segment target) throws IOException {
    if (!target.hasIdentities()) {
      return;
    }
    List<byte[]> headers = headers(target);
    target.clearUnreadable(RecordFormat.recordsEnd(target, headers.size()));
    for (int ordinal = 0; ordinal < headers.size(); ordinal++) {
      found.identities().put(target, ordinal, headers.get(ordinal));
    }
    found.identities().flush();
  }

  private List<byte[]> headers(Segment target) throws IOException {
    reader.reset();
    List<byte[]> headers = new ArrayList<>();
    int at = Segment.FIRST;
    while (at < found.endIn(target)) {
      Header record = reader.header(target, headers.size(), at);
      headers.add(found.bytes(record, target));
      at = record.type() == RecordFormat.ROLL ? target.bytes() : RecordFormat.start(record.end());
    }
    return headers;
  }

  /// Writes the records of a segment from a position in the log on once more.
  private void rewrite(Segment target, long since) throws IOException {
    int from = target.number() == Position.segment(since) ? Position.at(since) : 0;
    rewrite(target, Math.max(Segment.FIRST, from), found.endIn(target));
  }

  private void rewrite(Segment target, int from, int to) throws IOException {
    byte[] chunk = new byte[Math.clamp((long) to - from, 0, CHUNK_BYTES)];
    for (int at = from; at < to; at += CHUNK_BYTES) {
      int length = Math.min(CHUNK_BYTES, to - at);
      reader.load(target, at, ByteBuffer.wrap(chunk, 0, length));
      target.overwrite(ByteBuffer.wrap(chunk, 0, length), at);
    }
  }

  /// Overwrites what is not zero from `from` on.
  private void zero(Segment target, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int length = RecordReader.restOfSector(at);
      if (reader.isUsed(target, at)) {
        target.overwrite(ByteBuffer.allocate(length), at);
      }
      at += length;
    }
  }
}
