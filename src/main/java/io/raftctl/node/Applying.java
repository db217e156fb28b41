package io.raftctl.node;

import io.raftctl.node.snapshot.AppliedState;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the loop does with committed entries and confirmed reads. Owned by the loop's thread; no
/// method waits.
public interface Applying {
  /// The last entry applied, as far as the loop has heard.
  EntryId applied();

  /// Takes what was committed in a turn, which may be nothing.
  void apply(List<Entry> committed);

  /// Takes reads that may be answered once all up to their index is applied.
  void readable(List<Effects.ReadIndex> reads);

  /// Goes on from a snapshot of a leader, in place of all that was applied.
  void restore(AppliedState state);

  /// Asks for what a snapshot of now has to hold.
  ///
  /// @param taker called once, on whatever thread applies; with null where the state machine has no
  ///   snapshots
  void state(Consumer<@Nullable AppliedState> taker);
}
