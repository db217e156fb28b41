package io.raftctl.simulation.rot;

import io.raftctl.raft.EntryId;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.log.Inspection.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Lets the data of entries rot on the disk of a node that is down.
public final class EntryRot {
  private EntryRot() {}

  /// Flips bits in one entry, if there is one that may rot.
  ///
  /// @return which
  public static @Nullable EntryId strike(
      SimulatedDisk disk, RandomGenerator random, Predicate<EntryId> mayRot) {
    List<Found> candidates = new ArrayList<>();
    walk(
        disk,
        found -> {
          boolean whole = !found.replaced() && found.data() != null && found.data().length > 0;
          if (whole && mayRot.test(found.id())) {
            candidates.add(found);
          }
        });
    if (candidates.isEmpty()) {
      return null;
    }
    Found found = candidates.get(random.nextInt(candidates.size()));
    flip(disk, found, random);
    return found.id();
  }

  /// Tells what lies in a log, record by record; nothing where there is no log yet.
  public static void walk(SimulatedDisk disk, Consumer<Found> each) {
    // It only reads, and that is no operation of the disk.
    try (Inspection log = Inspection.open(disk, DataDirectory.identity(disk))) {
      Inspection.Walk walk = log.walk(1);
      for (Found found = walk.next(); found != null; found = walk.next()) {
        each.accept(found);
      }
    } catch (StorageException e) {
      // The power failed before there was a log.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flip(SimulatedDisk disk, Found found, RandomGenerator random) {
    byte[] bytes = disk.contents(found.file());
    byte[] data = found.data();
    int at = found.dataAt() + random.nextInt(data == null ? 1 : data.length);
    byte before = bytes[at];
    while (bytes[at] == before || bytes[at] == 0) {
      bytes[at] = (byte) random.nextInt();
    }
    disk.rot(found.file(), bytes);
  }
}
