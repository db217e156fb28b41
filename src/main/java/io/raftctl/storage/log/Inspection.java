package io.raftctl.storage.log;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.storage.DataDirectory.Identity;
import io.raftctl.storage.Disk;
import io.raftctl.storage.HardStateFile;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.RecordFormat.Header;
import io.raftctl.storage.log.RecordFormat.Position;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the log and the hard state of a directory, judges them as a start would, and changes not a
/// byte. Owned by one thread.
///
/// A node may use the directory meanwhile. What is read then is true of some moment, or seems
/// damaged because it was half written: whoever asks must look again before believing the latter.
public final class Inspection implements Closeable {
  private final SegmentChain chain;
  private final Recovery recovery;
  private final List<String> rot;
  private final NavigableMap<Long, Long> replacements;

  /// One record of an entry.
  ///
  /// @param position where it begins
  /// @param replaced whether a later record took its place: then it does not count
  /// @param data the entry's; null where they are not what was written
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Found(
      EntryId id, Entry.Kind kind, long position, boolean replaced, byte @Nullable [] data) {
    /// Its file and the byte in it, as an error message names them.
    public String where() {
      return Position.toString(position);
    }

    public String file() {
      return SegmentName.of(Position.segment(position));
    }

    /// Where in the file its data begin.
    public int dataAt() {
      return Position.at(position) + RecordFormat.HEADER;
    }
  }

  /// Where one record lies, of whatever type, and where the copy of its header does.
  ///
  /// @param at where in the file it begins
  /// @param end the byte after it
  /// @param copyAt where in the file the copy begins, which is as long as a header
  /// @param twice whether the header and its copy are intact, and the same
  /// @param entry what it holds; null where it holds no entry
  public record Place(
      String file, int at, int end, int copyAt, boolean twice, @Nullable Found entry) {}

  private Inspection(
      SegmentChain chain,
      Recovery recovery,
      List<String> rot,
      NavigableMap<Long, Long> replacements) {
    this.chain = chain;
    this.recovery = recovery;
    this.rot = rot;
    this.replacements = replacements;
  }

  /// Walks the whole log.
  ///
  /// @throws StorageException where it is damaged so that nothing can be said of what follows; what
  ///   a start mends or lives with is in [#rot()]
  public static Inspection open(Disk disk, Identity identity) throws IOException {
    List<String> rot = new ArrayList<>();
    TreeMap<Long, Long> replacements = new TreeMap<>();
    Recovery.Observer observer =
        new Recovery.Observer() {
          @Override
          public void damaged(Segment home, Header entry) {
            add(
                home,
                Position.at(entry.position()),
                "the checksum of entry %d of term %d does not match; a peer's copy can repair it"
                    .formatted(entry.index(), entry.term()));
          }

          @Override
          public void mendable(Segment home, int at, String what) {
            add(home, at, what + "; the next start mends it");
          }

          @Override
          public void replaced(long position, long index) {
            replacements.put(position, index);
          }

          private void add(Segment home, int at, String what) {
            rot.add("%s/%s: %s".formatted(disk, Position.toString(Position.of(home, at)), what));
          }
        };
    LogOptions options = new LogOptions(LogOptions.SEGMENT_BYTES_DEFAULT, Runnable::run);
    SegmentChain chain = SegmentChain.open(disk, identity.owner(), options);
    Inspection inspection = null;
    try {
      for (int copy : LogStart.rottenCopies(disk, identity.owner())) {
        rot.add(
            "%s/%s: copy %d of the start of the log is not intact; the next start mends it"
                .formatted(disk, LogStart.NAME, copy));
      }
      for (Segment segment : chain.all()) {
        if (segment.isHeaderRotten()) {
          observer.mendable(segment, 0, "a copy of the header of the segment is not intact");
        }
      }
      Recovery recovery = Recovery.scan(chain, observer);
      inspection = new Inspection(chain, recovery, rot, lowestFromHere(replacements));
      return inspection;
    } finally {
      if (inspection == null) {
        chain.close();
      }
    }
  }

  /// The term and the vote.
  ///
  /// @throws StorageException where no copy is intact
  public static HardState hardState(Disk disk, Identity identity) throws IOException {
    HardState state = hardStateOrLost(disk, identity);
    if (state.lost()) {
      throw new StorageException(
          "%s/%s: neither copy of the term and vote is intact; a node that starts on it asks the"
                  .formatted(disk, HardStateFile.NAME)
              + " others for their terms before it votes again");
    }
    return state;
  }

  /// As [#hardState], and one that is [lost][HardState#lost] where no copy is intact.
  public static HardState hardStateOrLost(Disk disk, Identity identity) throws IOException {
    requireHardState(disk);
    HardStateFile file = HardStateFile.open(disk, identity.owner());
    try {
      return file.state();
    } finally {
      file.close();
    }
  }

  /// What is wrong with one copy of the hard state while the other one is intact: a line each.
  public static List<String> hardStateRot(Disk disk, Identity identity) throws IOException {
    requireHardState(disk);
    return HardStateFile.rottenCopies(disk, identity.owner()).stream()
        .map(
            copy ->
                "%s/%s: copy %d of the term and vote is not intact; the next start mends it"
                    .formatted(disk, HardStateFile.NAME, copy))
        .toList();
  }

  private static void requireHardState(Disk disk) throws IOException {
    if (!disk.list().contains(HardStateFile.NAME)) {
      throw StorageException.damaged(disk, HardStateFile.NAME, "the file is missing");
    }
  }

  /// Which entries the log holds.
  public TermRuns terms() {
    return recovery.index().terms();
  }

  /// What is not as it was written although the log can be opened: a line each, in the order of the
  /// log. Entries that others have replaced are among it.
  public List<String> rot() {
    return rot;
  }

  /// The entries whose data are lost, in the order of their indexes.
  public List<DamagedEntry> damaged() {
    return recovery.damaged();
  }

  /// Where a torn tail begins, which a crash has left and the next start cuts off; or null.
  public @Nullable String tornAt() {
    return recovery.isTorn()
        ? Position.toString(Position.of(recovery.segment(), recovery.end()))
        : null;
  }

  /// Reads the records of entries from `index` on, in the order in which they were written.
  public Walk walk(long index) {
    return new Walk(index);
  }

  /// Where all records lie, in the order in which they were written.
  public List<Place> places() throws IOException {
    List<Place> places = new ArrayList<>();
    Walk walk = walk(1);
    for (Header header = walk.nextHeader(); header != null; header = walk.nextHeader()) {
      places.add(walk.place(header));
    }
    return places;
  }

  /// Where in [#endFile()] the next record would begin.
  public int endAt() {
    return RecordFormat.start(recovery.end());
  }

  /// The file in which the log goes on.
  public String endFile() {
    return recovery.segment().name();
  }

  @Override
  public void close() throws IOException {
    chain.close();
  }

  /// For each replacement, the lowest index that it or a later one replaces.
  private static NavigableMap<Long, Long> lowestFromHere(NavigableMap<Long, Long> replacements) {
    TreeMap<Long, Long> lowest = new TreeMap<>();
    long index = Long.MAX_VALUE;
    for (var replacement : replacements.descendingMap().entrySet()) {
      index = Math.min(index, replacement.getValue());
      lowest.put(replacement.getKey(), index);
    }
    return lowest;
  }

  /// A way through the log, up to where it ended when it was opened.
  public final class Walk {
    private final long first;
    private final RecordReader reader = new RecordReader(chain.disk(), chain.first().bytes());
    private Segment segment = chain.first();
    private int at = Segment.FIRST;
    private int ordinal;

    /// Where the last record lies, and how many its segment holds before it.
    private Segment home = segment;

    private int ordinalAtHome;

    private Walk(long first) {
      this.first = first;
    }

    /// The next record; null at the end.
    public @Nullable Found next() throws IOException {
      for (Header header = nextHeader(); header != null; header = nextHeader()) {
        if (header.type() == RecordFormat.ENTRY && header.index() >= first) {
          return found(header);
        }
      }
      return null;
    }

    private @Nullable Header nextHeader() throws IOException {
      if (isAtEnd()) {
        return null;
      }
      Header header = reader.header(segment, ordinal, RecordFormat.start(at));
      home = segment;
      ordinalAtHome = ordinal;
      ordinal++;
      at = header.end();
      if (header.type() == RecordFormat.ROLL) {
        segment = chain.get(segment.number() + 1);
        at = Segment.FIRST;
        ordinal = 0;
      }
      return header;
    }

    /// @param header the last one
    private Place place(Header header) throws IOException {
      int begin = Position.at(header.position());
      Header copy = reader.identity(home, ordinalAtHome);
      boolean twice = header.equals(reader.headerIfIntact(home, begin)) && header.equals(copy);
      return new Place(
          home.name(),
          begin,
          header.end(),
          RecordFormat.identityAt(home, ordinalAtHome),
          twice,
          header.type() == RecordFormat.ENTRY ? found(header) : null);
    }

    private boolean isAtEnd() {
      return segment.number() == recovery.segment().number() && at >= recovery.end();
    }

    private Found found(Header header) throws IOException {
      return new Found(
          header.id(),
          Entry.Kind.of(header.kind()),
          header.position(),
          isReplaced(header),
          reader.dataIfIntact(home, header));
    }

    private boolean isReplaced(Header header) {
      var later = replacements.higherEntry(header.position());
      return later != null && later.getValue() <= header.index();
    }
  }
}
