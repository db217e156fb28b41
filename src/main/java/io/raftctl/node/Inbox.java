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
final class Inbox {
  /// What an input costs beside its data.
  private static final long INPUT_BYTES = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
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
      if (bytes + size > bytesMax && bytes > 0) {
        return false;
      }
      add(input, size);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Takes the input, room or not: for the few that the node itself produces.
  void put(Input input) {
    lock.lock();
    try {
      add(input, INPUT_BYTES);
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

  /// Moves what is there to `target`, at most `limit`; waits up to `nanos` for something to come.
  ///
  /// @return whether somebody called [#wake] since the last time
  boolean drainTo(List<Input> target, int limit, long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (inputs.isEmpty() && left > 0 && !closed && !woken) {
        left = arrived.awaitNanos(left);
      }
      for (int taken = 0; taken < limit && !inputs.isEmpty(); taken++) {
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

  private void add(Input input, long size) {
    bytes += size;
    inputs.addLast(input);
    if (inputs.size() == 1) {
      arrived.signal();
    }
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
