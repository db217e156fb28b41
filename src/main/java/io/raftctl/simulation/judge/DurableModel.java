package io.raftctl.simulation.judge;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// What one node's disk must hold, whatever the disk and the log under test make of it: kept
/// outside the node, across its crashes.
///
/// It keeps every entry from the one after [#base()] on, also those that the log has given up for a
/// snapshot meanwhile.
public final class DurableModel {
  /// A snapshot holds all up to here.
  private EntryId base = EntryId.NONE;

  private final List<EntryId> entries = new ArrayList<>();
  private final TreeSet<Long> rotten = new TreeSet<>();

  /// Entries whose data were lost because a write went to the wrong place, since the disk is new.
  private final TreeSet<EntryId> misdirected = new TreeSet<>();

  private long misdirections;
  private long misdirectedRepaired;

  /// The snapshot is lost that held all up to here; 0 where none is.
  private long lostTo;

  private HardState hardState = HardState.INITIAL;

  public HardState hardState() {
    return hardState;
  }

  public EntryId base() {
    return base;
  }

  public boolean holds(EntryId id) {
    if (id.index() <= base.index()) {
      return id.index() < base.index() || id.equals(base);
    }
    return id.index() <= lastIndex() && at(id.index()).equals(id);
  }

  /// Whether it holds more of the entry than its name.
  public boolean holdsWhole(EntryId id) {
    return holds(id) && !rotten.contains(id.index()) && id.index() > lostTo;
  }

  /// Whether it holds all up to an entry, as what it came to or entry by entry.
  public boolean holdsAllTo(EntryId id) {
    return holds(id) && rotten().isEmpty() && lostTo == 0;
  }

  /// The only snapshot that reaches the log has rotted, which begins after an entry.
  public void losesAllTo(EntryId last) {
    lostTo = last.index();
  }

  /// Whether such a loss is not made good for yet.
  public boolean lacksFront() {
    return lostTo > 0;
  }

  /// Another snapshot reaches the log.
  public void regainsFront() {
    lostTo = 0;
  }

  /// The data of a synced entry have rotted.
  public void rots(EntryId id) {
    if (!holds(id)) {
      throw new IllegalArgumentException(id + " is not there");
    }
    rotten.add(id.index());
  }

  /// A write went to the wrong place, and the data of these synced entries are lost.
  public void misdirected(List<EntryId> lost) {
    lost.forEach(this::rots);
    misdirected.addAll(lost);
    misdirections += lost.isEmpty() ? 0 : 1;
  }

  /// How many writes that went to the wrong place took the data of entries.
  public long misdirections() {
    return misdirections;
  }

  /// How many entries came back whose data such a write had taken.
  public long misdirectedRepaired() {
    return misdirectedRepaired;
  }

  /// Entries after the base of which only the name is left.
  public List<EntryId> rotten() {
    return rotten.stream().filter(index -> index > base.index()).map(this::at).toList();
  }

  /// Data were written into their places again, and synced.
  public void repaired(List<Long> indexes) {
    for (long index : indexes) {
      if (rotten.remove(index) && misdirected.remove(at(index))) {
        misdirectedRepaired++;
      }
    }
  }

  public long lastIndex() {
    return base.index() + entries.size();
  }

  /// The entry at an index after the base.
  public EntryId at(long index) {
    return entries.get(place(index));
  }

  private int place(long index) {
    return (int) (index - base.index()) - 1;
  }

  /// A write from `first` on has begun: what was there may be gone.
  public void overwrittenFrom(long first) {
    if (first <= lastIndex()) {
      entries.subList(place(first), entries.size()).clear();
      rotten.tailSet(first).clear();
    }
  }

  /// A snapshot, synced, takes the place of the log.
  public void startAfter(EntryId last) {
    base = last;
    entries.clear();
    rotten.clear();
  }

  /// Everything written so far is synced.
  ///
  /// @param log all entries after the base
  public void synced(HardState newHardState, List<EntryId> log) {
    hardState = newHardState;
    entries.addAll(log.subList(entries.size(), log.size()));
  }
}
