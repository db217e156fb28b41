package io.raftctl.node;

import io.raftctl.raft.Entry;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits for the loop's next turn, bounded by bytes: what does not fit is turned away at the
/// door, so that a flood costs an answer and not the heap.
///
/// Heartbeats and votes have a place of their own, bounded too, and come first: however much else
/// waits, a leader is heard, and another one can be made. Nothing relies on the order of messages.
final class Inbox {
  /// What an input costs beside its data.
  private static final long INPUT_BYTES = 64;

  /// Of heartbeats and votes: what all peers send in many seconds, and less than a turn takes, so
  /// that the others have their turn too.
  private static final int URGENT_MAX = 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final ArrayDeque<Input> urgent = new ArrayDeque<>();
  private final ArrayDeque<Input> inputs = new ArrayDeque<>();
  private final long bytesMax;
  private long bytes;
  private boolean woken;
  private boolean closed;

  Inbox(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /// Takes the input if there is room.
  boolean offer(Input input) {
    long size = size(input);
    lock.lock();
    try {
      boolean first = isUrgent(input);
      if (first ? urgent.size() == URGENT_MAX : bytes + size > bytesMax && bytes > 0) {
        return false;
      }
      if (first) {
        add(urgent, input);
      } else {
        bytes += size;
        add(inputs, input);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the input, room or not: for the few that the node itself produces.
  void put(Input input) {
    lock.lock();
    try {
      bytes += INPUT_BYTES;
      add(inputs, input);
    } finally {
      lock.unlock();
    }
  }

  /// Wakes whoever waits, or will next, without an input.
  void wake() {
    lock.lock();
    try {
      woken = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Wakes whoever waits, for good.
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Moves what is there to `target`, at most `limit`, what is urgent first; waits up to `nanos`
  /// for something to come.
  ///
  /// @return whether somebody called [#wake] since the last time
  boolean drainTo(List<Input> target, int limit, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (inputs.isEmpty() && urgent.isEmpty() && left > 0 && !closed && !woken) {
        left = arrived.awaitNanos(left);
      }
      int taken = 0;
      for (; taken < limit && !urgent.isEmpty(); taken++) {
        target.add(urgent.removeFirst());
      }
      for (; taken < limit && !inputs.isEmpty(); taken++) {
        Input input = inputs.removeFirst();
        bytes -= size(input);
        target.add(input);
      }
      boolean wasWoken = woken;
      woken = false;
      return wasWoken;
    } finally {
      lock.unlock();
    }
  }

  private void add(ArrayDeque<Input> queue, Input input) {
    queue.addLast(input);
    if (queue.size() == 1) {
      arrived.signal();
    }
  }

  private static boolean isUrgent(Input input) {
    return input instanceof Input.Received received && isUrgent(received.message());
  }

  /// Whether the message keeps a leader or makes one.
  private static boolean isUrgent(Message message) {
    return switch (message) {
      case Message.Heartbeat _,
          Message.HeartbeatReply _,
          Message.RequestPreVote _,
          Message.PreVoteReply _,
          Message.RequestVote _,
          Message.VoteReply _,
          Message.TimeoutNow _ ->
          true;
      case Message.AppendEntries _,
          Message.AppendAccepted _,
          Message.AppendRejected _,
          Message.InstallSnapshot _,
          Message.SnapshotStored _,
          Message.RequestReadIndex _,
          Message.ReadIndexReply _,
          Message.RequestEntries _,
          Message.EntriesReply _,
          Message.RequestChunk _,
          Message.RequestTerm _,
          Message.TermReply _ ->
          false;
    };
  }

  private static long size(Input input) {
    return switch (input) {
      case Input.Propose proposal -> INPUT_BYTES + proposal.data().length;
      case Input.Received received -> INPUT_BYTES + size(received.message());
      case Input.Clock _ -> INPUT_BYTES;
      case Input.Tick _ -> INPUT_BYTES;
      case Input.Read _ -> INPUT_BYTES;
      case Input.Transfer _ -> INPUT_BYTES;
      case Input.ChangeMembers _ -> INPUT_BYTES;
      case Input.Synced _ -> INPUT_BYTES;
      case Input.Unreadable _ -> INPUT_BYTES;
      case Input.RoomLeft _ -> INPUT_BYTES;
      case Input.SnapshotsHeld _ -> INPUT_BYTES;
      case Input.ChunkStored _ -> INPUT_BYTES;
      case Input.SnapshotReceived _ -> INPUT_BYTES;
    };
  }

  private static long size(Message message) {
    if (message instanceof Message.InstallSnapshot chunk) {
      return chunk.data().length;
    }
    if (message instanceof Message.EntriesReply reply) {
      return size(reply.entries());
    }
    return message instanceof Message.AppendEntries append ? size(append.entries()) : 0;
  }

  private static long size(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::size).sum();
  }
}
