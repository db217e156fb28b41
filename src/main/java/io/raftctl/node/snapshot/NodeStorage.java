package io.raftctl.node.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.storage.LogStore;
import io.raftctl.storage.snapshot.SnapshotStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node has on its disk: its log, and the snapshots that stand for what the log no longer
/// has.
///
/// @param snapshotBytes take a snapshot after so many bytes of log
public record NodeStorage(LogStore log, SnapshotStore snapshots, long snapshotBytes)
    implements AutoCloseable {
  /// What the state machine has at a start.
  ///
  /// @param last the last entry that it has
  /// @param configuration the data of the latest configuration entry up to there; empty for none
  public record Recovered(EntryId last, byte[] configuration) {
    /// A state machine that has nothing yet.
    public static final Recovered NOTHING = new Recovered(EntryId.NONE, new byte[0]);

    /// Who belongs to the cluster by the snapshot, or null where it does not say.
    public @Nullable Configuration members() {
      return configuration.length == 0 ? null : ConfigurationFormat.decode(configuration);
    }
  }

  public static final long SNAPSHOT_BYTES_DEFAULT = 64 << 20;

  /// Brings log, snapshots and state machine together at a start.
  ///
  /// A snapshot that is ahead of the log, or that contradicts it, is a leader's whose installation
  /// a crash cut short (or one of this node's own, taken of entries that were committed and not yet
  /// synced here). It holds only what is committed, so it takes the place of the log.
  ///
  /// Where no intact snapshot reaches the log, the state machine has nothing, and the core asks a
  /// peer for a snapshot ([io.raftctl.raft.repair]).
  public Recovered recover(SessionMachine machine) {
    SnapshotStore.Loaded<AppliedState> loaded =
        snapshots.load(log.terms().base(), AppliedState.loader(machine));
    if (loaded == null) {
      return Recovered.NOTHING;
    }
    EntryId last = loaded.snapshot().last();
    if (!log.terms().contains(last)) {
      HardState known = log.hardState();
      if (!known.lost() && known.term() < last.term()) {
        // As for a log that is ahead of the hard state: nobody voted in a term not synced.
        log.write(new HardState(last.term(), null), List.of());
      }
      log.startAfter(last);
      log.sync();
    }
    machine.restore(loaded.value().state());
    return new Recovered(last, loaded.value().configuration());
  }

  /// The files of newer snapshots that had rotted when the one was loaded that was recovered.
  public List<String> passedOver() {
    return snapshots.passedOver();
  }

  /// The snapshots that are held.
  public List<Snapshot> held() {
    return snapshots.snapshots();
  }

  @Override
  public void close() {
    snapshots.close();
    log.close();
  }
}
