package io.raftctl.raft.progress;

import java.util.ArrayList;
import java.util.List;

/// How much of this node's own log is on its platter.
///
/// Counted by turns and not by entries: an entry that was written, replaced, and written once more
/// is durable only when the last of these writes is, although the first sync names the same id.
public final class Durable {
  /// Once the writes of `turn` are synced, entries up to `lastIndex` are.
  private record Written(long turn, long lastIndex) {}

  private final List<Written> written = new ArrayList<>();
  private long index;

  public Durable(long recoveredIndex) {
    this.index = recoveredIndex;
  }

  /// Every entry up to here survives a crash.
  public long index() {
    return index;
  }

  /// The turn wrote entries from `first` to `last`, over all that was there from `first` on.
  public void written(long turn, long first, long last) {
    index = Math.min(index, first - 1);
    if (!written.isEmpty() && written.getLast().lastIndex >= first) {
      written.replaceAll(old -> new Written(old.turn, Math.min(old.lastIndex, first - 1)));
    }
    written.add(new Written(turn, last));
  }

  /// A snapshot that is on the platter took the place of the log up to `last`, and of what was
  /// behind.
  public void startAfter(long last) {
    written.clear();
    index = last;
  }

  /// All writes up to `turn` are synced.
  public void synced(long turn) {
    int done = 0;
    while (done < written.size() && written.get(done).turn <= turn) {
      index = Math.max(index, written.get(done).lastIndex);
      done++;
    }
    written.subList(0, done).clear();
  }
}
