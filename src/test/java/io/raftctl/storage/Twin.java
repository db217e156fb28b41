package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.TermRuns;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plainest store there is: lists in memory. It is told what was written and synced, and knows
/// from that what may be on the disk after a crash.
final class Twin {
  private List<Entry> synced = new ArrayList<>();

  /// Entries written since, in the order of writing, replacing ones among them.
  private final List<Entry> pending = new ArrayList<>();

  /// The synced hard state and those written since.
  private final List<HardState> states = new ArrayList<>(List.of(HardState.INITIAL));

  /// A write begins; from now on parts of it may be on the disk.
  void write(@Nullable HardState state, List<Entry> entries) {
    pending.addAll(entries);
    if (state != null) {
      states.add(state);
    }
  }

  /// A sync has returned.
  void sync() {
    synced = log();
    pending.clear();
    states.subList(0, states.size() - 1).clear();
  }

  /// The log that a reader sees.
  List<Entry> log() {
    return with(pending.size());
  }

  long lastIndex() {
    return log().size();
  }

  long lastTerm() {
    return log().isEmpty() ? 0 : log().getLast().term();
  }

  HardState state() {
    return states.getLast();
  }

  /// Checks what a store sees that has neither crashed nor been restarted.
  void requireSame(LogStore store) {
    assertThat(contents(store)).isEqualTo(log());
    assertThat(store.hardState()).isEqualTo(state());
  }

  /// Checks what a store recovered, and goes on from there, for it is synced now.
  void recover(LogStore store) {
    List<Entry> recovered = contents(store);
    List<List<Entry>> legal = new ArrayList<>();
    for (int i = 0; i <= pending.size(); i++) {
      legal.add(with(i));
    }
    assertThat(recovered).isIn(legal);
    long term = recovered.isEmpty() ? 0 : recovered.getLast().term();
    HardState state = store.hardState();
    assertThat(state)
        .isIn(
            states.stream()
                .map(known -> known.term() < term ? new HardState(term, null) : known)
                .toList());

    synced = new ArrayList<>(recovered);
    pending.clear();
    states.clear();
    states.add(state);
  }

  /// Checks that a store recovered all that was synced, although bytes of it rotted.
  void requireAllSynced(LogStore store) {
    assertThat(contents(store)).isEqualTo(synced);
    assertThat(store.hardState()).isEqualTo(states.getFirst());
  }

  /// All that a store holds, read in one go and again in small pieces.
  static List<Entry> contents(LogStore store) {
    TermRuns terms = store.terms();
    long last = terms.lastIndex();
    if (last == 0) {
      return List.of();
    }
    List<Entry> all = store.read(1, last, Long.MAX_VALUE);
    List<Entry> pieces = new ArrayList<>();
    while (pieces.size() < last) {
      pieces.addAll(store.read(pieces.size() + 1, last, 700));
    }
    assertThat(pieces).isEqualTo(all);
    for (Entry entry : all) {
      assertThat(entry.id()).isEqualTo(new EntryId(terms.termAt(entry.index()), entry.index()));
    }
    return all;
  }

  private List<Entry> with(int pendingCount) {
    List<Entry> log = new ArrayList<>(synced);
    for (Entry entry : pending.subList(0, pendingCount)) {
      log.subList((int) entry.index() - 1, log.size()).clear();
      log.add(entry);
    }
    return log;
  }
}
