package io.raftctl.simulation.judge;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.Disk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.offline.Survivor;
import io.raftctl.storage.snapshot.SnapshotReader;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// What becomes of a cluster of which one node's disk is left: the new one that is recovered from
/// it by hand has all that the survivor had.
public final class RecoveredCluster {
  private static final String CLUSTER = "recovered";
  private static final NodeId NODE = new NodeId("1");
  private static final long INCARNATION = 7;

  private final LogOptions options;

  /// @param options of the new log
  public RecoveredCluster(LogOptions options) {
    this.options = options;
  }

  /// Recovers into `empty` what is on `disk`, whose node is down.
  ///
  /// @param model what `disk` must hold, all of it whole
  /// @throws Violation where an entry is missing, or the new cluster could be taken for the old one
  public void check(Disk disk, DurableModel model, Disk empty) {
    EntryId base;
    try (Survivor survivor = Survivor.open(disk)) {
      Violation.unless(
          survivor.last().index() >= model.lastIndex(),
          "durability: %s has entries up to %s, and %d were synced",
          disk,
          survivor.last(),
          model.lastIndex());
      survivor.recoverInto(empty, CLUSTER, NODE, INCARNATION, options);
      base = survivor.base();
      try (LogStore log = DataDirectory.open(empty, CLUSTER, NODE, INCARNATION, options)) {
        checkHead(log, survivor);
        survivor.entries(entry -> checkEntry(log, entry));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    checkSnapshot(empty, base);
  }

  /// Reads a snapshot to its end: that shows whether every byte is what was written.
  private static EntryId read(SnapshotReader reader) throws IOException {
    reader.sections((_, _) -> {});
    return reader.header().last();
  }

  private static void checkHead(LogStore log, Survivor survivor) {
    HardState head = log.hardState();
    Violation.unless(
        head.equals(new HardState(survivor.newTerm(), null))
            && log.terms().base().equals(survivor.base())
            && log.terms().last().equals(survivor.last()),
        "recovery: the new log is %s to %s with %s",
        log.terms().base(),
        log.terms().last(),
        head);
  }

  /// Members are not taken over; their entries keep their places.
  private static void checkEntry(LogStore log, Entry entry) {
    Entry expected =
        entry.kind() == Entry.Kind.CONFIGURATION
            ? new Entry(entry.id(), Entry.Kind.NO_OP, new byte[0])
            : entry;
    List<Entry> read = log.read(entry.index(), entry.index(), 0);
    Violation.unless(read.equals(List.of(expected)), "recovery: %s became %s", entry, read);
  }

  private static void checkSnapshot(Disk disk, EntryId base) {
    SnapshotStore store = SnapshotStore.open(disk, CLUSTER);
    SnapshotStore.Loaded<EntryId> loaded = store.load(base, RecoveredCluster::read);
    EntryId held = loaded == null ? EntryId.NONE : loaded.value();
    Violation.unless(
        held.equals(base), "recovery: a snapshot up to %s stands for all up to %s", held, base);
  }
}
