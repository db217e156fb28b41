package io.raftctl.raft.snapshot;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the outside must do about snapshots after a turn. All but `install` is slow and done beside
/// the loop: reading and writing chunks never keeps a heartbeat waiting.
///
/// @param install to be done **before** the turn's entries are written, or null for none
/// @param compactTo the log need not keep entries up to this index; 0 for none
/// @param send chunks to read and send
/// @param receive chunks to store, each answered with [Input.ChunkStored]
/// @param take a peer needs a snapshot of what is applied by now, and none is as new
public record SnapshotWork(
    @Nullable Installation install,
    long compactTo,
    List<Chunk> send,
    List<Message.InstallSnapshot> receive,
    boolean take) {
  /// Nothing to do.
  public static final SnapshotWork NONE = new SnapshotWork(null, 0, List.of(), List.of(), false);

  /// The state machine goes on from the snapshot that was received up to `last`, unless it is past
  /// that.
  ///
  /// @param logGoesOn the log holds this entry and keeps what is behind it: the snapshot only takes
  ///   the place of damaged entries. Otherwise the log starts anew after it
  public record Installation(EntryId last, boolean logGoesOn) {}

  /// A part of a snapshot to be sent as [Message.InstallSnapshot].
  ///
  /// @param term the sender's, or [Message.InstallSnapshot#ASKED_FOR]
  /// @param length in bytes; less only where the snapshot ends
  public record Chunk(NodeId to, long term, Snapshot snapshot, long position, int length) {}
}
