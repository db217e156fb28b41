package io.raftctl.node;

import io.raftctl.raft.Entry;
import org.jspecify.annotations.Nullable;

/// Who waits for what is applied.
interface Answers {
  /// The entry is committed and applied: whoever proposed it is done, and whoever proposed
  /// something else for its place knows that it can never be committed.
  ///
  /// @param outcome of whoever proposed it
  void applied(Entry entry, Outcome outcome);

  /// A snapshot took the place of all entries up to this one.
  void skippedTo(long index);

  /// What the read wants to know; null where it was settled meanwhile.
  @Nullable Query query(long ticket);

  void settle(long ticket, Outcome outcome);
}
