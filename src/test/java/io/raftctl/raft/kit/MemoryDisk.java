package io.raftctl.raft.kit;

import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.raft.log.EntrySource;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A disk that forgets, when the power fails, what it was not told to sync. Snapshots are on the
/// platter at once.
public final class MemoryDisk implements EntrySource {
  /// What stood on the disk after the writes of `turn`.
  ///
  /// @param base the entry before the first one
  /// @param rotten which entries are damaged, by index
  private record Image(
      long turn, HardState hardState, EntryId base, List<Entry> entries, Set<Long> rotten) {}

  private Image written;
  private Image synced;

  /// Images written and not synced, oldest first.
  private final List<Image> unsynced = new ArrayList<>();

  private final List<Snapshot> snapshots = new ArrayList<>();
  private final List<byte[]> snapshotBytes = new ArrayList<>();

  public MemoryDisk(HardState hardState, List<Entry> entries) {
    written = new Image(0, hardState, EntryId.NONE, List.copyOf(entries), new TreeSet<>());
    synced = written;
  }

  public HardState hardState() {
    return written.hardState;
  }

  /// The entry before the first one of the log.
  @Override
  public EntryId base() {
    return written.base;
  }

  /// All entries written, synced or not.
  public List<Entry> entries() {
    return written.entries;
  }

  /// The synced entries after the base.
  public List<Entry> syncedEntries() {
    return synced.entries;
  }

  /// Whether entry and all before it would be there after a crash now, or a snapshot of them.
  public boolean keeps(Entry entry) {
    boolean covered = !snapshots.isEmpty() && entry.index() <= snapshots.getLast().last().index();
    return covered || entry.index() <= synced.base.index() || synced.entries.contains(entry);
  }

  public HardState syncedHardState() {
    return synced.hardState;
  }

  public List<Snapshot> snapshots() {
    return List.copyOf(snapshots);
  }

  /// Holds a snapshot from now on, and the one before it.
  public void hold(Snapshot snapshot, byte[] bytes) {
    snapshots.add(snapshot);
    snapshotBytes.add(bytes);
    if (snapshots.size() > 2) {
      snapshots.removeFirst();
      snapshotBytes.removeFirst();
    }
  }

  /// All snapshots but the oldest `kept` rot.
  public void loseSnapshots(int kept) {
    snapshots.subList(kept, snapshots.size()).clear();
    snapshotBytes.subList(kept, snapshotBytes.size()).clear();
  }

  /// What a snapshot holds.
  public byte[] bytes(Snapshot snapshot) {
    return snapshotBytes.get(snapshots.indexOf(snapshot));
  }

  /// The log starts after `last` from this turn on.
  public void startAfter(long turn, EntryId last) {
    put(new Image(turn, written.hardState, last, List.of(), new TreeSet<>()));
  }

  /// Gives up entries up to `index`. Nobody can tell that a crash brings them back.
  public void compactTo(long index) {
    written = compacted(written, index);
    synced = compacted(synced, index);
    unsynced.replaceAll(image -> compacted(image, index));
  }

  private static Image compacted(Image image, long index) {
    int count = (int) Math.min(index - image.base.index(), image.entries.size());
    return count <= 0
        ? image
        : new Image(
            image.turn,
            image.hardState,
            image.entries.get(count - 1).id(),
            image.entries.subList(count, image.entries.size()),
            image.rotten);
  }

  /// Writes as [Effects] ask for it: the entries replace all from the first of them on.
  public void write(long turn, @Nullable HardState hardState, List<Entry> entries) {
    List<Entry> after = new ArrayList<>(written.entries);
    if (!entries.isEmpty()) {
      int place = place(entries.getFirst().index());
      assert place >= 0 && place <= after.size() : entries.getFirst() + " leaves a gap on the disk";
      after.subList(place, after.size()).clear();
      after.addAll(entries);
    }
    HardState latest = hardState == null ? written.hardState : hardState;
    Set<Long> rotten = new TreeSet<>(written.rotten);
    rotten.removeIf(index -> !entries.isEmpty() && index >= entries.getFirst().index());
    put(new Image(turn, latest, written.base, List.copyOf(after), rotten));
  }

  /// Puts damaged entries back into their places.
  public void repair(long turn, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    Set<Long> rotten = new TreeSet<>(written.rotten);
    for (Entry entry : entries) {
      assert entries().contains(entry) : entry + " is not what was lost";
      rotten.remove(entry.index());
    }
    put(new Image(turn, written.hardState, written.base, written.entries, rotten));
  }

  /// A synced entry rots. Of such a one only the name is left.
  public void rot(long index) {
    synced = rotten(synced, index);
    written = rotten(written, index);
    unsynced.replaceAll(image -> rotten(image, index));
  }

  private static Image rotten(Image image, long index) {
    Set<Long> rotten = new TreeSet<>(image.rotten);
    rotten.add(index);
    return new Image(image.turn, image.hardState, image.base, image.entries, rotten);
  }

  /// Whether the disk holds the entry whole, synced.
  public boolean holdsWhole(Entry entry) {
    return synced.entries.contains(entry) && !synced.rotten.contains(entry.index());
  }

  @Override
  public List<DamagedEntry> damaged() {
    return written.entries.stream()
        .filter(entry -> written.rotten.contains(entry.index()))
        .map(MemoryDisk::name)
        .toList();
  }

  /// Loses an entry.
  ///
  /// @return what is left of it
  public DamagedEntry damagedBy(long index) {
    rot(index);
    return name(written.entries.get(place(index)));
  }

  private static DamagedEntry name(Entry entry) {
    return new DamagedEntry(
        entry.id(), entry.kind(), entry.data().length, Shorthand.crc(entry.data()));
  }

  private void put(Image image) {
    written = image;
    unsynced.add(image);
  }

  private int place(long index) {
    return (int) (index - written.base.index()) - 1;
  }

  /// Makes durable what was written up to `turn`, and nothing of what was written later.
  ///
  /// @return whether there was anything to do
  public boolean sync(long turn) {
    boolean news = false;
    while (!unsynced.isEmpty() && unsynced.getFirst().turn <= turn) {
      synced = unsynced.removeFirst();
      news = true;
    }
    return news;
  }

  /// The power fails: only what was synced is there afterwards. A snapshot that the log does not
  /// reach takes its place, as at every start.
  public void crash() {
    unsynced.clear();
    written = synced;
    if (!snapshots.isEmpty() && !terms().contains(snapshots.getLast().last())) {
      EntryId last = snapshots.getLast().last();
      written = new Image(written.turn, written.hardState, last, List.of(), new TreeSet<>());
      synced = written;
    }
  }

  @Override
  public TermRuns terms() {
    TermRuns terms = new TermRuns();
    terms.startAfter(written.base);
    written.entries.forEach(entry -> terms.append(entry.id()));
    return terms;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : written.entries.subList(place(from), place(to) + 1)) {
      if (written.rotten.contains(entry.index())) {
        if (entry.index() == from) {
          throw new DamagedEntryException(name(entry));
        }
        break;
      }
      bytes += entry.size();
      if (bytes > bytesMax && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }
}
