package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.raft.log.TermRuns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plainest store there is: lists in memory. It is told what was written and synced, and knows
/// from that what may be on the disk after a crash.
final class Twin {
  /// The entry before the first one that is synced.
  private EntryId base = EntryId.NONE;

  private List<Entry> synced = new ArrayList<>();

  /// Written since, in the order of writing, replacing entries among them.
  private final List<Step> pending = new ArrayList<>();

  /// The store may have given up entries up to here.
  private long unneeded;

  /// A change of the log.
  private sealed interface Step {
    record Put(Entry entry) implements Step {}

    record StartAfter(EntryId last) implements Step {}
  }

  /// All entries after `base`.
  private record Log(EntryId base, List<Entry> entries) {
    EntryId last() {
      return entries.isEmpty() ? base : entries.getLast().id();
    }

    /// The same, as a store shows it that has given up the entries up to `newBase`; null where it
    /// may not look so.
    @Nullable Log from(EntryId newBase) {
      int forgotten = (int) (newBase.index() - base.index());
      boolean possible =
          newBase.equals(base)
              || (forgotten > 0
                  && forgotten <= entries.size()
                  && entries.get(forgotten - 1).id().equals(newBase));
      return possible ? new Log(newBase, entries.subList(forgotten, entries.size())) : null;
    }
  }

  /// The synced hard state and those written since.
  private final List<HardState> states = new ArrayList<>(List.of(HardState.INITIAL));

  /// A write begins; from now on parts of it may be on the disk.
  void write(@Nullable HardState state, List<Entry> entries) {
    entries.forEach(entry -> pending.add(new Step.Put(entry)));
    if (state != null) {
      states.add(state);
    }
  }

  void startAfter(EntryId last) {
    pending.add(new Step.StartAfter(last));
    unneeded = Math.max(unneeded, last.index());
  }

  void compact(long last) {
    unneeded = Math.max(unneeded, last);
  }

  /// A sync has returned.
  void sync() {
    Log log = with(pending.size());
    base = log.base;
    synced = new ArrayList<>(log.entries);
    pending.clear();
    states.subList(0, states.size() - 1).clear();
  }

  /// The log that a reader sees.
  private Log log() {
    return with(pending.size());
  }

  EntryId last() {
    return log().last();
  }

  /// The first entry that may still be replaced.
  long firstReplaceable() {
    return Math.max(unneeded, log().base.index()) + 1;
  }

  long lastIndex() {
    return last().index();
  }

  long lastTerm() {
    return last().term();
  }

  HardState state() {
    return states.getLast();
  }

  /// Checks what a store sees that has neither crashed nor been restarted.
  void requireSame(LogStore store) {
    EntryId newBase = store.terms().base();
    assertThat(newBase.index()).isLessThanOrEqualTo(unneeded);
    assertThat(new Log(newBase, contents(store))).isEqualTo(log().from(newBase));
    assertThat(store.hardState()).isEqualTo(state());
  }

  /// Checks what a store recovered, and goes on from there, for it is synced now.
  void recover(LogStore store) {
    EntryId newBase = store.terms().base();
    assertThat(newBase.index()).isLessThanOrEqualTo(unneeded);
    Log recovered = new Log(newBase, contents(store));
    List<Log> legal = new ArrayList<>();
    for (int i = 0; i <= pending.size(); i++) {
      legal.add(with(i).from(newBase));
    }
    assertThat(recovered).isIn(legal);
    long term = recovered.last().term();
    HardState state = store.hardState();
    assertThat(state)
        .isIn(
            states.stream()
                .map(known -> known.term() < term ? new HardState(term, null) : known)
                .toList());

    base = newBase;
    unneeded = base.index();
    synced = new ArrayList<>(recovered.entries);
    pending.clear();
    states.clear();
    states.add(state);
  }

  /// Checks that a store recovered all that was synced, although bytes of it rotted: each entry is
  /// whole or known to be damaged, and all are whole once they came from a peer.
  ///
  /// @return how many are damaged
  int requireAllSynced(LogStore store) {
    assertThat(store.hardState()).isEqualTo(states.getFirst());
    assertThat(store.terms().last()).isEqualTo(log().last());
    List<EntryId> damaged = new ArrayList<>();
    for (Entry entry : synced) {
      try {
        assertThat(store.read(entry.index(), entry.index(), 1)).containsExactly(entry);
      } catch (DamagedEntryException e) {
        assertThat(e.entry().matches(entry)).isTrue();
        damaged.add(entry.id());
      }
    }
    assertThat(store.damaged()).extracting(DamagedEntry::id).isEqualTo(damaged);
    store.repair(synced);
    store.sync();
    assertThat(contents(store)).isEqualTo(synced);
    return damaged.size();
  }

  /// The same of a store whose term and vote rotted: the log is all there.
  void requireAllSyncedButHardState(LogStore store) {
    assertThat(contents(store)).isEqualTo(synced);
  }

  /// All that a store holds, read in one go and again in small pieces.
  static List<Entry> contents(LogStore store) {
    TermRuns terms = store.terms();
    long first = terms.firstIndex();
    long last = terms.lastIndex();
    if (last < first) {
      return List.of();
    }
    List<Entry> all = store.read(first, last, Long.MAX_VALUE);
    List<Entry> pieces = new ArrayList<>();
    while (first + pieces.size() <= last) {
      pieces.addAll(store.read(first + pieces.size(), last, 700));
    }
    assertThat(pieces).isEqualTo(all);
    for (Entry entry : all) {
      assertThat(entry.id()).isEqualTo(new EntryId(terms.termAt(entry.index()), entry.index()));
    }
    return all;
  }

  private Log with(int pendingCount) {
    EntryId first = base;
    List<Entry> log = new ArrayList<>(synced);
    for (Step step : pending.subList(0, pendingCount)) {
      switch (step) {
        case Step.Put put -> {
          log.subList((int) (put.entry.index() - first.index()) - 1, log.size()).clear();
          log.add(put.entry);
        }
        case Step.StartAfter start -> {
          first = start.last;
          log.clear();
        }
      }
    }
    return new Log(first, log);
  }
}
