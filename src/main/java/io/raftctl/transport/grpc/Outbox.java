package io.raftctl.transport.grpc;

import io.raftctl.raft.Message;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Messages that wait for the wire: bounded by their number and their bytes, because a peer that
/// does not keep up must cost its own queue and nothing else. Any thread may use it.
final class Outbox {
  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private final int countMax;
  private final long bytesMax;
  private long bytes;

  Outbox(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  /// False where it is full. An empty one takes any message, however large.
  synchronized boolean offer(Message message) {
    long size = MessageCodec.sizeOf(message);
    if (!messages.isEmpty() && (messages.size() >= countMax || bytes + size > bytesMax)) {
      return false;
    }
    messages.add(message);
    bytes += size;
    return true;
  }

  /// The oldest message if it takes at most `bytesLeft`, else null.
  synchronized @Nullable Message poll(long bytesLeft) {
    Message oldest = messages.peek();
    if (oldest == null || MessageCodec.sizeOf(oldest) > bytesLeft) {
      return null;
    }
    bytes -= MessageCodec.sizeOf(oldest);
    return messages.poll();
  }

  synchronized boolean isEmpty() {
    return messages.isEmpty();
  }

  /// Forgets all messages and says how many they were.
  synchronized int clear() {
    int count = messages.size();
    messages.clear();
    bytes = 0;
    return count;
  }
}
