package io.raftctl.simulation.coverage;

import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes into a step of the core, each message as a kind of its own.
enum InputKind {
  TICK,
  PROPOSE,
  READ,
  TRANSFER,
  CHANGE_MEMBERS,
  SYNCED,
  ROOM_LEFT,
  SNAPSHOTS_HELD,
  UNREADABLE,
  CHUNK_STORED,
  SNAPSHOT_RECEIVED,
  REQUEST_VOTE,
  VOTE_REPLY,
  REQUEST_PRE_VOTE,
  PRE_VOTE_REPLY,
  TIMEOUT_NOW,
  APPEND_ENTRIES,
  APPEND_ACCEPTED,
  APPEND_REJECTED,
  INSTALL_SNAPSHOT,
  SNAPSHOT_STORED,
  HEARTBEAT,
  HEARTBEAT_REPLY,
  REQUEST_READ_INDEX,
  READ_INDEX_REPLY,
  REQUEST_ENTRIES,
  ENTRIES_REPLY,
  REQUEST_CHUNK,
  REQUEST_TERM,
  TERM_REPLY;

  /// The one kind of all these inputs, the clock's word apart, which every turn begins with; null
  /// where there are several, or none.
  static @Nullable InputKind only(List<Input> inputs) {
    Input only = null;
    for (Input input : inputs) {
      if (input instanceof Input.Clock) {
        continue;
      }
      // To compare classes costs far less than to find out which of thirty each one is.
      if (only != null && !type(input).equals(type(only))) {
        return null;
      }
      only = input;
    }
    return only == null ? null : of(only);
  }

  private static Class<?> type(Input input) {
    return input instanceof Input.Received received
        ? received.message().getClass()
        : input.getClass();
  }

  private static @Nullable InputKind of(Input input) {
    return switch (input) {
      case Input.Clock _ -> null;
      case Input.Tick _ -> TICK;
      case Input.Received received -> of(received.message());
      case Input.Propose _ -> PROPOSE;
      case Input.Read _ -> READ;
      case Input.Transfer _ -> TRANSFER;
      case Input.ChangeMembers _ -> CHANGE_MEMBERS;
      case Input.Synced _ -> SYNCED;
      case Input.RoomLeft _ -> ROOM_LEFT;
      case Input.SnapshotsHeld _ -> SNAPSHOTS_HELD;
      case Input.Unreadable _ -> UNREADABLE;
      case Input.ChunkStored _ -> CHUNK_STORED;
      case Input.SnapshotReceived _ -> SNAPSHOT_RECEIVED;
    };
  }

  private static InputKind of(Message message) {
    return switch (message) {
      case Message.RequestVote _ -> REQUEST_VOTE;
      case Message.VoteReply _ -> VOTE_REPLY;
      case Message.RequestPreVote _ -> REQUEST_PRE_VOTE;
      case Message.PreVoteReply _ -> PRE_VOTE_REPLY;
      case Message.TimeoutNow _ -> TIMEOUT_NOW;
      case Message.AppendEntries _ -> APPEND_ENTRIES;
      case Message.AppendAccepted _ -> APPEND_ACCEPTED;
      case Message.AppendRejected _ -> APPEND_REJECTED;
      case Message.InstallSnapshot _ -> INSTALL_SNAPSHOT;
      case Message.SnapshotStored _ -> SNAPSHOT_STORED;
      case Message.Heartbeat _ -> HEARTBEAT;
      case Message.HeartbeatReply _ -> HEARTBEAT_REPLY;
      case Message.RequestReadIndex _ -> REQUEST_READ_INDEX;
      case Message.ReadIndexReply _ -> READ_INDEX_REPLY;
      case Message.RequestEntries _ -> REQUEST_ENTRIES;
      case Message.EntriesReply _ -> ENTRIES_REPLY;
      case Message.RequestChunk _ -> REQUEST_CHUNK;
      case Message.RequestTerm _ -> REQUEST_TERM;
      case Message.TermReply _ -> TERM_REPLY;
    };
  }
}
