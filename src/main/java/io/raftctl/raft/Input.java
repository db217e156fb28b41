package io.raftctl.raft;

import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.SnapshotWork;
import java.util.List;

/// What can happen to a node. The core changes by these and by nothing else.
public sealed interface Input {
  /// A unit of core time has passed.
  record Tick() implements Input {}

  /// A message has arrived.
  record Received(Message message) implements Input {}

  /// A client's command, to be put into the log if this node leads.
  ///
  /// @param ticket names the proposal in [Effects#accepted()] and [Effects#refused()]
  /// @param data the entry's data; not changed afterwards
  record Propose(long ticket, byte[] data) implements Input {}

  /// A client wants to read what is committed now, without a write to the log (thesis §6.4).
  ///
  /// @param ticket names the read in [Effects#readable()] and [Effects#refused()]
  record Read(long ticket) implements Input {}

  /// All that turns up to and including this one told the outside to write is on the platter.
  ///
  /// @param turn [Effects#turn()]
  record Synced(long turn) implements Input {}

  /// The snapshots that this node holds, safe on its disk, have changed.
  ///
  /// @param snapshots in the order of their last entries
  record SnapshotsHeld(List<Snapshot> snapshots) implements Input {}

  /// What became of a chunk that [SnapshotWork#receive()] handed out.
  ///
  /// @param last names the snapshot
  /// @param position so much of it is there
  record ChunkStored(NodeId leader, EntryId last, long position) implements Input {}

  /// A snapshot that a leader sent is there: verified, safe on the disk, its state read and ready
  /// to be installed.
  record SnapshotReceived(NodeId leader, EntryId last) implements Input {}
}
