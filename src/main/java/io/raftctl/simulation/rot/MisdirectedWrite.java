package io.raftctl.simulation.rot;

import static io.raftctl.simulation.disk.SimulatedDisk.SECTOR;

import io.raftctl.raft.EntryId;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.log.SegmentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A sector of the log that was written to another place of the log than it should have been, where
/// it took the place of what was there. The right place holds what it held before.
///
/// @param from where it should have gone
/// @param to where it went, some other place
/// @param lost the entries that were whole before and are not any more, in the order of the log
public record MisdirectedWrite(Place from, Place to, List<EntryId> lost) {
  private static final int ATTEMPTS = 40;

  /// A sector of a file.
  ///
  /// @param moment when it was written last, the later, the larger; 0: before the power came back
  public record Place(String file, int sector, long moment) {
    @Override
    public String toString() {
      return file + " sector " + sector;
    }
  }

  /// Makes one of the writes since the power loss before turn out to be misdirected, if there is
  /// one of which the format promises that a start copes with it.
  ///
  /// @param disk remembers writes; its power has failed
  /// @param mayRot whether an entry may lose its data
  public static @Nullable MisdirectedWrite strike(
      SimulatedDisk disk, RandomGenerator random, Predicate<EntryId> mayRot) {
    // It only reads, and that is no operation of the disk.
    try (Inspection log = Inspection.open(disk, DataDirectory.identity(disk))) {
      MisdirectedWrite write = draw(disk, log, random, mayRot);
      if (write != null) {
        disk.misdirect(write.from.file, write.from.sector, write.to.file, write.to.sector);
      }
      return write;
    } catch (StorageException e) {
      return null; // The power failed before there was a log.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable MisdirectedWrite draw(
      SimulatedDisk disk, Inspection log, RandomGenerator random, Predicate<EntryId> mayRot)
      throws IOException {
    TreeMap<String, byte[]> files = new TreeMap<>();
    Sectors written = new Sectors();
    Sectors all = new Sectors();
    for (String file : disk.contents().stream().filter(SegmentName::is).toList()) {
      byte[] bytes = disk.contents(file);
      NavigableMap<Integer, Long> lastWrites = disk.lastWrites(file);
      files.put(file, bytes);
      for (int sector = 0; sector < bytes.length / SECTOR; sector++) {
        Place place = new Place(file, sector, lastWrites.getOrDefault(sector, 0L));
        all.add(place, bytes);
        if (lastWrites.containsKey(sector)) {
          written.add(place, bytes);
        }
      }
    }
    if (written.used.isEmpty()) {
      return null;
    }
    Hit.Log records = new Hit.Log(files, log.places(), log.endFile(), log.endAt());
    boolean aims = random.nextInt(4) > 0; // Else most of what is drawn hits no entry.
    MisdirectedWrite harmless = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Place from = written.pick(random, 8);
      Place to = all.pick(random, 4);
      List<EntryId> lost = lost(disk, records, from, to, mayRot);
      if (lost != null && (!aims || !lost.isEmpty())) {
        return new MisdirectedWrite(from, to, lost);
      }
      harmless = lost == null ? harmless : new MisdirectedWrite(from, to, lost);
    }
    return harmless;
  }

  /// @return null where it cannot be, or is too much for a start
  private static @Nullable List<EntryId> lost(
      SimulatedDisk disk, Hit.Log log, Place from, Place to, Predicate<EntryId> mayRot) {
    if (to.moment > from.moment || to.equals(from)) {
      return null;
    }
    return new Hit(log, from, to, disk.before(from.file, from.sector)).lost(mayRot);
  }

  /// Sectors to pick from. Most of a log is zeros, so these are picked less often.
  private static final class Sectors {
    private final List<Place> used = new ArrayList<>();
    private final List<Place> blank = new ArrayList<>();

    void add(Place place, byte[] file) {
      int at = place.sector * SECTOR;
      boolean isBlank = Arrays.equals(file, at, at + SECTOR, new byte[SECTOR], 0, SECTOR);
      (isBlank ? blank : used).add(place);
    }

    Place pick(RandomGenerator random, int blankOneOf) {
      List<Place> from = random.nextInt(blankOneOf) == 0 && !blank.isEmpty() ? blank : used;
      return from.get(random.nextInt(from.size()));
    }
  }
}
