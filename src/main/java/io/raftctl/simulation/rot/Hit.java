package io.raftctl.simulation.rot;

import static io.raftctl.simulation.disk.SimulatedDisk.SECTOR;

import io.raftctl.raft.EntryId;
import io.raftctl.simulation.rot.MisdirectedWrite.Place;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.log.Inspection.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What it costs that a write went to the wrong place: found out by comparing the bytes of both
/// places before and after.
final class Hit {
  /// The size of a header, and of its copy.
  private static final int HEADER = 48;

  private final Log log;
  private final List<Change> changes;

  /// A log, as it is before.
  ///
  /// @param files what each segment holds
  /// @param records in the order in which they were written
  /// @param endAt where in `endFile` the next record would begin
  record Log(
      SortedMap<String, byte[]> files, List<Inspection.Place> records, String endFile, int endAt) {
    byte[] bytes(String file) {
      byte[] bytes = files.get(file);
      if (bytes == null) {
        throw new IllegalArgumentException("no segment " + file);
      }
      return bytes;
    }

    byte[] sector(Place place) {
      int at = place.sector() * SECTOR;
      return Arrays.copyOfRange(bytes(place.file()), at, at + SECTOR);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Change(Place place, byte[] before, byte[] after) {
    /// Whether any byte from `start` to `end` of the file becomes another one.
    boolean touches(String file, int start, int end) {
      int base = place.sector() * SECTOR;
      int from = Math.max(start, base) - base;
      int to = Math.min(end, base + SECTOR) - base;
      return place.file().equals(file)
          && from < to
          && !Arrays.equals(before, from, to, after, from, to);
    }
  }

  /// @param from where the write should have gone
  /// @param to where it went
  /// @param old what was in the right place before it
  Hit(Log log, Place from, Place to, byte[] old) {
    this.log = log;
    byte[] written = log.sector(from);
    changes = List.of(new Change(from, written, old), new Change(to, log.sector(to), written));
  }

  /// The entries that are whole before and not after it; null where it is too much for a start.
  ///
  /// A start copes wherever of each record that is hit the header or its copy is left, the other
  /// one was there until now, and what lies where the next record would begin stays as it is. Of
  /// each segment, one copy of its own header must be left.
  ///
  /// @param mayRot whether an entry may lose its data
  @Nullable List<EntryId> lost(Predicate<EntryId> mayRot) {
    boolean tooMuch =
        touches(log.endFile, log.endAt, log.endAt + HEADER)
            || spreadsTornTail()
            || changes.stream().anyMatch(change -> losesSegment(change.place.file()));
    if (tooMuch) {
      return null;
    }
    List<EntryId> lost = new ArrayList<>();
    for (Inspection.Place record : log.records) {
      boolean hit = touches(record.file(), record.at(), record.end());
      boolean copyHit = touches(record.file(), record.copyAt(), record.copyAt() + HEADER);
      if ((hit || copyHit) && (!record.twice() || (hit && copyHit))) {
        return null;
      }
      Found entry = record.entry();
      if (entry != null && losesData(record, entry)) {
        if (!mayRot.test(entry.id())) {
          return null;
        }
        lost.add(entry.id());
      }
    }
    return lost;
  }

  private boolean touches(String file, int start, int end) {
    return changes.stream().anyMatch(change -> change.touches(file, start, end));
  }

  private boolean losesData(Inspection.Place record, Found entry) {
    return !entry.replaced()
        && entry.data() != null
        && touches(record.file(), entry.dataAt(), record.end());
  }

  /// Records behind the end were not synced, and a start cuts them off. Elsewhere they could pass
  /// for copies of headers, and prove what is not true.
  private boolean spreadsTornTail() {
    Change change = changes.getFirst();
    String file = change.place.file();
    int sector = change.place.sector() * SECTOR;
    boolean behind = file.compareTo(log.endFile) > 0;
    int from = behind ? 0 : Math.max(0, log.endAt - sector);
    int copies =
        log.records.stream()
            .filter(record -> record.file().equals(file))
            .mapToInt(Inspection.Place::copyAt)
            .min()
            .orElse(log.bytes(file).length - SECTOR);
    boolean isCopies = sector >= copies - copies % SECTOR;
    return (behind || file.equals(log.endFile))
        && !isCopies
        && from < SECTOR
        && !Arrays.equals(change.before, from, SECTOR, new byte[SECTOR], from, SECTOR);
  }

  /// Whether no copy of the header of a segment would be left for certain.
  private boolean losesSegment(String file) {
    byte[] bytes = log.bytes(file);
    int copy = bytes.length - SECTOR;
    boolean hit = touches(file, 0, SECTOR);
    boolean copyHit = touches(file, copy, bytes.length);
    boolean differ = !Arrays.equals(bytes, 0, SECTOR, bytes, copy, bytes.length);
    return (hit || copyHit) && (differ || (hit && copyHit));
  }
}
