package io.raftctl.raft;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A disk that forgets, when the power fails, what it was not told to sync.
final class MemoryDisk implements EntrySource {
  /// What stood on the disk after the writes of `turn`.
  private record Image(long turn, HardState hardState, List<Entry> entries) {}

  private Image written;
  private Image synced;

  /// Images written and not synced, oldest first.
  private final List<Image> unsynced = new ArrayList<>();

  MemoryDisk(HardState hardState, List<Entry> entries) {
    written = new Image(0, hardState, List.copyOf(entries));
    synced = written;
  }

  HardState hardState() {
    return written.hardState;
  }

  /// All entries written, synced or not.
  List<Entry> entries() {
    return written.entries;
  }

  /// What would be there after a crash now.
  List<Entry> syncedEntries() {
    return synced.entries;
  }

  HardState syncedHardState() {
    return synced.hardState;
  }

  /// Writes as [Effects] ask for it: the entries replace all from the first of them on.
  void write(long turn, @Nullable HardState hardState, List<Entry> entries) {
    List<Entry> after = new ArrayList<>(written.entries);
    if (!entries.isEmpty()) {
      long first = entries.getFirst().index();
      assert first <= after.size() + 1L : "entry " + first + " leaves a gap on the disk";
      after.subList((int) first - 1, after.size()).clear();
      after.addAll(entries);
    }
    HardState latest = hardState == null ? written.hardState : hardState;
    written = new Image(turn, latest, List.copyOf(after));
    unsynced.add(written);
  }

  /// Makes durable what was written up to `turn`, and nothing of what was written later.
  ///
  /// @return whether there was anything to do
  boolean sync(long turn) {
    boolean news = false;
    while (!unsynced.isEmpty() && unsynced.getFirst().turn <= turn) {
      synced = unsynced.removeFirst();
      news = true;
    }
    return news;
  }

  /// The power fails: only what was synced is there afterwards.
  void crash() {
    unsynced.clear();
    written = synced;
  }

  @Override
  public TermRuns terms() {
    TermRuns terms = new TermRuns();
    written.entries.forEach(entry -> terms.append(entry.id()));
    return terms;
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : written.entries.subList((int) from - 1, (int) to)) {
      bytes += entry.size();
      if (bytes > bytesMax && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }
}
