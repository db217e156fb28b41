package io.raftctl.raft;

import io.raftctl.raft.snapshot.SnapshotWork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the outside must do after a turn. **The order of the fields is the safety rule**: carry
/// them out from the top to the bottom.
///
/// @param turn the number of the turn, counting up from 1; [Input.Synced] reports it back
/// @param sendNow messages that promise nothing about this node's disk: the leader's entries and
///   heartbeats, rejections. Its disk works while they travel (thesis §10.2.1)
/// @param snapshots an installation, to be done before anything is written; and what is done beside
///   the loop
/// @param hardState to be written, or null where it did not change
/// @param repair damaged entries as they were, to be put back into their places
/// @param append to be written after the entry before the first of them; what the disk holds from
///   there on is replaced
/// @param sendAfterSync messages that promise what the disk must hold first: votes and acceptances.
///   They leave once all writes of this turn **and of the turns before it** are synced
/// @param committed entries to apply, in order, each exactly once since the start
/// @param readable reads to answer as soon as their index is applied
/// @param accepted proposals that entered the log; they may still be replaced by another leader's
/// @param refused proposals, reads, transfers and changes that certainly had no effect
/// @param transferred leaderships that were handed over
/// @param more true where another turn has work to do without further input
public record Effects(
    long turn,
    List<Message> sendNow,
    SnapshotWork snapshots,
    @Nullable HardState hardState,
    List<Entry> repair,
    List<Entry> append,
    List<Message> sendAfterSync,
    List<Entry> committed,
    List<ReadIndex> readable,
    List<Accepted> accepted,
    List<Refused> refused,
    List<Transferred> transferred,
    boolean more) {
  /// The read may be answered from a state that has applied `index`.
  public record ReadIndex(long ticket, long index) {}

  /// The proposal stands in this node's log at `id`.
  public record Accepted(long ticket, EntryId id) {}

  /// The proposal, read or transfer was not taken.
  ///
  /// @param leader the leader as far as this node knows, or null
  public record Refused(long ticket, Reason reason, @Nullable NodeId leader) {}

  /// Another node has begun a term, as this leader wished.
  ///
  /// @param target who was to lead it
  public record Transferred(long ticket, NodeId target) {}

  /// Why a proposal, a read or a transfer was not taken.
  public enum Reason {
    /// Another node leads, or none.
    NOT_LEADER,
    /// Too much is under way already.
    BUSY,
    /// The leader's disk is full.
    NO_ROOM,
    /// The disks of so many nodes are full that nothing could be committed.
    NO_ROOM_AT_QUORUM,
    /// The leadership is being handed over: to be tried again, here or there.
    TRANSFERRING,
    /// A transfer to somebody who is no voter, whose disk is full, or whom the leader does not
    /// hear.
    NO_TARGET,
    /// The target of a transfer did not take over in time: this leader goes on.
    TOO_LATE,
    /// The members change already, or this leader has not committed anything in its term yet.
    CHANGE_UNDER_WAY,
    /// The members are not those from which the change was to start.
    MEMBERS_CHANGED,
    /// A change that makes no sense: no voters, an id that was removed, a voter that is to learn.
    SENSELESS_CHANGE,
    /// A voter-to-be lacks too much of the log, or is not heard.
    NOT_CAUGHT_UP,
    /// Within an election timeout no majority of the new voters answered this leader: nothing could
    /// be committed any more.
    NO_QUORUM
  }

  /// Whether there is anything that the disk must hold.
  public boolean writes() {
    return hardState != null
        || !repair.isEmpty()
        || !append.isEmpty()
        || snapshots.install() != null;
  }
}
