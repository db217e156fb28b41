package io.raftctl.raft;

import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.room.Room;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.SnapshotWork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What can happen to a node. The core changes by these and by nothing else.
public sealed interface Input {
  /// A unit of core time has passed.
  record Tick() implements Input {}

  /// What the clock says, before the inputs that follow in the same turn. Ticks may be left out
  /// when a process stood still; this goes on meanwhile, so that a lease can rest on it. A core
  /// that is never told has no leases.
  ///
  /// @param milliTicks thousandths of a tick, monotonic, from any start
  record Clock(long milliTicks) implements Input {}

  /// A message has arrived.
  ///
  /// @param incarnation of the sender ([Incarnation]), as it says
  record Received(Message message, long incarnation) implements Input {}

  /// A client's command, to be put into the log if this node leads.
  ///
  /// @param ticket names the proposal in [Effects#accepted()] and [Effects#refused()]
  /// @param data the entry's data; not changed afterwards
  record Propose(long ticket, byte[] data) implements Input {}

  /// What a read may rest on.
  enum Consistency {
    /// All that was committed when the read came in, confirmed by a quorum. Clocks play no part.
    LINEARIZABLE,
    /// The same, as long as the clocks of the nodes run about equally fast: a leader that a quorum
    /// has confirmed lately answers at once (thesis §6.4.1). Without a lease as [#LINEARIZABLE].
    LEASE,
    /// What the node asked has applied, however old it is.
    STALE
  }

  /// A client wants to read, without a write to the log (thesis §6.4).
  ///
  /// @param ticket names the read in [Effects#readable()] and [Effects#refused()]
  record Read(long ticket, Consistency consistency) implements Input {}

  /// Somebody wants another node to lead (thesis §3.10).
  ///
  /// @param ticket names the wish in [Effects#transferred()] and [Effects#refused()]
  /// @param target who is to lead, or null for the peer that is best prepared
  record Transfer(long ticket, @Nullable NodeId target) implements Input {}

  /// Somebody wants other members (§6).
  ///
  /// @param ticket names the wish in [Effects#accepted()] and [Effects#refused()]
  /// @param before what the members are as far as who wishes knows; otherwise it is refused
  record ChangeMembers(long ticket, Configuration before, Change change) implements Input {}

  /// All that turns up to and including this one told the outside to write is on the platter.
  ///
  /// @param turn [Effects#turn()]
  record Synced(long turn) implements Input {}

  /// From here on the disk certainly takes so much, beside all that it was told to write before. A
  /// core that is never told has room.
  record RoomLeft(Room room) implements Input {}

  /// The snapshots that this node holds, safe on its disk, have changed.
  ///
  /// @param snapshots in the order of their last entries
  record SnapshotsHeld(List<Snapshot> snapshots) implements Input {}

  /// Somebody outside the core read an entry, and its data are lost.
  ///
  /// @param toApply it was handed out to be applied beside the loop: it and those behind are to be
  ///   handed out once more when it is mended
  record Unreadable(DamagedEntry entry, boolean toApply) implements Input {}

  /// What became of a chunk that [SnapshotWork#receive()] handed out.
  ///
  /// @param last names the snapshot
  /// @param position so much of it is there
  record ChunkStored(NodeId from, EntryId last, long position) implements Input {}

  /// A snapshot that a leader sent is there: verified, safe on the disk, its state read and ready
  /// to be installed.
  record SnapshotReceived(NodeId leader, EntryId last, @Nullable Configuration members)
      implements Input {}
}
