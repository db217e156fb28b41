package io.raftctl.storage.offline;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.DataDirectory.Identity;
import io.raftctl.storage.Disk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.log.Inspection;
import io.raftctl.storage.log.SegmentedLog;
import io.raftctl.storage.snapshot.Restore;
import io.raftctl.storage.snapshot.SnapshotDamagedException;
import io.raftctl.storage.snapshot.SnapshotReader;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is left of a cluster that has lost its quorum: the directory of one node, out of which a
/// new cluster begins.
///
/// All entries are kept, those too that are not known to be committed: a survivor learns of a
/// commit after the leader, so any of them may have been acknowledged. What it never received is
/// lost.
/// - The new cluster has **another id**, so that a node of the old one that comes back is refused:
///   it may hold other entries at the same indices.
/// - The **term** is one above all that the survivor has seen, so that no entry of the new cluster
///   has the id of one that an old leader may have made.
/// - Who was a **member** is not taken over: entries that said so turn into entries that say
///   nothing, and keep their index and term.
public final class Survivor implements Closeable {
  private static final int BATCH_BYTES = 1 << 20;

  private final Disk disk;
  private final Identity identity;
  private final HardState hardState;
  private final Inspection log;
  private final @Nullable String snapshot;
  private final EntryId base;

  private Survivor(
      Disk disk,
      Identity identity,
      HardState hardState,
      Inspection log,
      @Nullable String snapshot,
      EntryId base) {
    this.disk = disk;
    this.identity = identity;
    this.hardState = hardState;
    this.log = log;
    this.snapshot = snapshot;
    this.base = base;
  }

  /// Reads a directory that no node uses, to its end.
  ///
  /// @throws StorageException where it is damaged: a cluster that begins with it would lack entries
  ///   that may have been acknowledged, and nobody would know which
  public static Survivor open(Disk disk) throws IOException {
    Identity identity = DataDirectory.identity(disk);
    HardState hardState = Inspection.hardStateOrLost(disk, identity);
    Inspection log = Inspection.open(disk, identity);
    Survivor survivor = null;
    try {
      survivor = withSnapshot(disk, identity, hardState, log);
      survivor.requireWhole();
      return survivor;
    } finally {
      if (survivor == null) {
        log.close();
      }
    }
  }

  /// Entries that the snapshot holds too are no loss.
  private void requireWhole() {
    String lost =
        log.damaged().stream()
            .map(DamagedEntry::id)
            .filter(id -> keepsLog() && id.index() > base.index())
            .map(EntryId::toString)
            .collect(Collectors.joining(", "));
    if (!lost.isEmpty()) {
      throw StorageException.damaged(
          disk, "log", "the checksum of entry " + lost + " (index@term) does not match");
    }
  }

  public Identity identity() {
    return identity;
  }

  /// The last entry that the snapshot holds with which the new cluster begins, or [EntryId#NONE]:
  /// all up to there is committed.
  public EntryId base() {
    return base;
  }

  /// The last entry that is there.
  public EntryId last() {
    return keepsLog() ? log.terms().last() : base;
  }

  /// Whether the survivor's term and vote are gone. The new cluster needs neither: it has no node
  /// but those that begin from here, and its entries are of later terms than all that are there.
  public boolean lostHardState() {
    return hardState.lost();
  }

  /// The term that the survivor has seen last, as far as it is known.
  public long term() {
    return Math.max(hardState.term(), last().term());
  }

  /// The term with which the new cluster begins.
  public long newTerm() {
    return term() + 1;
  }

  /// Hands over the entries behind [#base()], in their order.
  public void entries(EntryTaker taker) throws IOException {
    if (!keepsLog()) {
      return;
    }
    Inspection.Walk walk = log.walk(base.index() + 1);
    for (Inspection.Found found = walk.next(); found != null; found = walk.next()) {
      if (!found.replaced()) {
        byte[] data = found.data();
        if (data == null) {
          throw StorageException.damaged(disk, found.where(), "the entry has changed meanwhile");
        }
        taker.take(new Entry(found.id(), found.kind(), data));
      }
    }
  }

  /// The new cluster needs a name of its own.
  ///
  /// @param cluster null where its name is derived
  /// @throws StorageException where it is the old one
  public void requireOther(@Nullable String cluster) {
    if (identity.cluster().equals(cluster)) {
      throw new StorageException(
          "%s is of cluster '%s' itself; give the new cluster another name, so that no node of the"
                  .formatted(disk, cluster)
              + " old one can join it");
    }
  }

  /// Takes one entry after the other.
  @FunctionalInterface
  public interface EntryTaker {
    void take(Entry entry) throws IOException;
  }

  /// Fills an empty directory for a node of the new cluster. A crash on the way leaves one that a
  /// next attempt fills.
  ///
  /// @param incarnation of that directory
  /// @param options of its log
  /// @throws StorageException where the directory is in use, or the cluster's id is the old one
  public void recoverInto(
      Disk target, String cluster, NodeId node, long incarnation, LogOptions options)
      throws IOException {
    requireOther(cluster);
    DataDirectory.create(
        target,
        cluster,
        node,
        incarnation,
        options,
        empty -> {
          plantSnapshot(target, cluster);
          try (SegmentedLog copy = empty.open()) {
            plantLog(copy);
          }
        });
  }

  @Override
  public void close() throws IOException {
    log.close();
  }

  /// Reads a snapshot to its end to see that it is intact.
  static long skim(SnapshotReader reader) throws IOException {
    reader.sections((_, _) -> {});
    return reader.header().last().index();
  }

  private static Survivor withSnapshot(
      Disk disk, Identity identity, HardState hardState, Inspection log) throws IOException {
    String why = "it is missing";
    for (String name : SnapshotStore.names(disk).reversed()) {
      try {
        EntryId last =
            SnapshotStore.look(disk, identity.cluster(), name, Survivor::skim).snapshot().last();
        if (last.index() >= log.terms().base().index()) {
          return new Survivor(disk, identity, hardState, log, name, last);
        }
      } catch (SnapshotDamagedException e) {
        why = String.valueOf(e.getMessage());
      }
    }
    if (log.terms().base().index() > 0) {
      throw StorageException.damaged(
          disk,
          "log-start",
          "the log begins after entry %d, and no intact snapshot holds what was before (%s)"
              .formatted(log.terms().base().index(), why));
    }
    return new Survivor(disk, identity, hardState, log, null, EntryId.NONE);
  }

  /// A snapshot that contradicts the log, or is ahead of it, came from a leader and takes its
  /// place.
  private boolean keepsLog() {
    return log.terms().contains(base);
  }

  private void plantSnapshot(Disk target, String cluster) throws IOException {
    if (snapshot != null) {
      SnapshotStore.look(
          disk, identity.cluster(), snapshot, reader -> Restore.plant(target, cluster, reader));
    }
  }

  private void plantLog(SegmentedLog copy) throws IOException {
    copy.write(new HardState(newTerm(), null), List.of());
    if (base.index() > 0) {
      copy.startAfter(base);
    }
    Batch batch = new Batch(copy);
    entries(batch::take);
    batch.write();
    copy.sync();
  }

  /// Entries that are written together.
  private static final class Batch {
    private final SegmentedLog target;
    private final List<Entry> entries = new ArrayList<>();
    private long bytes;

    Batch(SegmentedLog target) {
      this.target = target;
    }

    void take(Entry entry) {
      entries.add(
          entry.kind() == Entry.Kind.CONFIGURATION
              ? new Entry(entry.id(), Entry.Kind.NO_OP, new byte[0])
              : entry);
      bytes += entry.size();
      if (bytes >= BATCH_BYTES) {
        write();
      }
    }

    void write() {
      target.write(null, List.copyOf(entries));
      entries.clear();
      bytes = 0;
    }
  }
}
