package io.raftctl.simulation;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.simulation.config.Rot;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.simulation.judge.Safety;
import io.raftctl.simulation.rot.EntryRot;
import io.raftctl.simulation.rot.MisdirectedWrite;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.HardStateFile;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// What rots on a node's disk when its power fails, where the seed lets it.
///
/// @param random draws what does
record DiskRot(NodeId id, World world, SimulatedDisk disk, RandomGenerator random) {
  /// The one before it, and the log from there on, have everything still.
  ///
  /// @return whether there was another one
  boolean newestSnapshot() {
    List<String> names = disk.contents().stream().filter(SnapshotStore::isName).toList();
    if (names.size() <= 1) {
      return false;
    }
    String newest = names.getLast();
    snapshot(newest);
    return true;
  }

  /// All that reach the log, one as a rule or two, rot, and only another node has what they held.
  void allSnapshots() {
    EntryId base = base();
    Safety safety = world.safety();
    // Where a snapshot is to take the place of the log and that is not safe yet, the old log
    // counts.
    boolean settled = safety.disk(id).base().index() <= base.index();
    if (base.index() == 0
        || !settled
        || safety.disk(id).lacksFront()
        || !world.mayLoseSnapshot(id, base)) {
      return;
    }
    if (random.nextInt(3) > 0) {
      disk.contents().stream()
          .filter(SnapshotStore::isName)
          .filter(name -> SnapshotStore.index(name) >= base.index())
          .forEach(this::snapshot);
      safety.disk(id).losesAllTo(base);
    }
  }

  private void snapshot(String name) {
    world.note(id, name + " of " + id + " rots");
    byte[] bytes = disk.contents(name);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    disk.rot(name, bytes);
  }

  /// The entry before the first one of the log, as a start finds it.
  private EntryId base() {
    // It only reads, and that is no operation of the disk.
    try (Inspection log = Inspection.open(disk, DataDirectory.identity(disk))) {
      return log.terms().base();
    } catch (StorageException e) {
      return EntryId.NONE; // The power failed before there was a log.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One copy of the term and vote rots, or both do, or the file is gone.
  ///
  /// @param ran whether the node had read it since it last rotted
  /// @return whether anything did
  boolean hardState(boolean ran) {
    if (!world.config().disks().rotsVotes()
        || !world.mayForget(id)
        || !disk.contents().containsAll(List.of(DataDirectory.IDENTITY, HardStateFile.NAME))
        || disk.contents(HardStateFile.NAME).length == 0) {
      return false;
    }
    int fate = random.nextInt(5);
    if (fate == 0) {
      disk.lose(HardStateFile.NAME);
    } else if (fate <= 3) {
      byte[] bytes = disk.contents(HardStateFile.NAME);
      int half = bytes.length / 2;
      for (int copy = 0; copy < 2; copy++) {
        if (fate == 3 || fate == copy + 1) {
          bytes[copy * half + random.nextInt(64)] ^= (byte) (1 + random.nextInt(255));
        }
      }
      disk.rot(HardStateFile.NAME, bytes);
    }
    if (fate <= 3 || ran) {
      world.safety().mayForget(id, fate <= 3);
    }
    return fate <= 3;
  }

  /// Data of some synced entries are lost: a write went to the wrong place, or bits flip.
  void entries() {
    WorldConfig config = world.config();
    // Of those that hold an entry, only members are asked for it, and they must keep it.
    boolean stay = config.membersStay() && !config.has(Trouble.LOST_DISKS);
    boolean spares = config.disks().rot() == Rot.SPARED && stay;
    boolean rots = spares || config.disks().rot() == Rot.ANY;
    if (!rots || !disk.contents().contains(DataDirectory.IDENTITY)) {
      return;
    }
    Safety safety = world.safety();
    Predicate<EntryId> mayRot =
        entry ->
            safety.disk(id).holdsWhole(entry) && (!spares || safety.isSparedWithout(id, entry));
    for (int strikes = config.disks().misdirects() ? random.nextInt(3) : 0;
        strikes > 0;
        strikes--) {
      misdirect(mayRot);
    }
    for (int strikes = random.nextInt(3); strikes > 0; strikes--) {
      EntryId hit = EntryRot.strike(disk, random, mayRot);
      if (hit != null) {
        world.note(id, hit + " rots on the disk of " + id);
        safety.disk(id).rots(hit);
      }
    }
  }

  /// A write to the log turns out to have gone to another place.
  private void misdirect(Predicate<EntryId> mayRot) {
    MisdirectedWrite write = MisdirectedWrite.strike(disk, random, mayRot);
    if (write != null) {
      world.note(
          id,
          "a write to %s of %s went to %s, and %s are lost"
              .formatted(write.from(), id, write.to(), write.lost()));
      world.safety().disk(id).misdirected(write.lost());
    }
  }
}
