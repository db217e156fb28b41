package io.raftctl.simulation;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import java.util.ArrayList;
import java.util.List;

/// What one node's disk must hold, whatever the disk and the log under test make of it: kept
/// outside the node, across its crashes.
final class DurableModel {
  private final List<EntryId> entries = new ArrayList<>();
  private HardState hardState = HardState.INITIAL;

  HardState hardState() {
    return hardState;
  }

  boolean holds(EntryId id) {
    return id.index() <= entries.size() && entries.get((int) id.index() - 1).equals(id);
  }

  long lastIndex() {
    return entries.size();
  }

  EntryId at(long index) {
    return entries.get((int) index - 1);
  }

  /// A write from `first` on has begun: what was there may be gone.
  void overwrittenFrom(long first) {
    if (first <= entries.size()) {
      entries.subList((int) first - 1, entries.size()).clear();
    }
  }

  /// Everything written so far is synced.
  void synced(HardState newHardState, List<EntryId> log) {
    hardState = newHardState;
    entries.addAll(log.subList(entries.size(), log.size()));
  }
}
