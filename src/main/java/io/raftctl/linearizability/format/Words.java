package io.raftctl.linearizability.format;

import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import org.jspecify.annotations.Nullable;

/// What functions are called, and what their values mean.
final class Words {
  /// Nobody stores lists within lists within lists; but a stranger's brackets must not exhaust the
  /// stack.
  private static final int DEPTH_MAX = 100;

  private Words() {}

  /// The function of that name, or null.
  static @Nullable Function function(String word) {
    return switch (word) {
      case "get", "read", "r" -> Function.GET;
      case "put", "write", "w" -> Function.PUT;
      case "cas" -> Function.CAS;
      case "append" -> Function.APPEND;
      case "incr" -> Function.INCR;
      case "lock", "acquire" -> Function.LOCK;
      case "unlock", "release" -> Function.UNLOCK;
      case "enqueue" -> Function.ENQUEUE;
      case "dequeue" -> Function.DEQUEUE;
      default -> null;
    };
  }

  /// What goes with the call.
  static Value in(Function function, Value value) {
    return switch (function) {
      case PUT, CAS, APPEND, INCR, ENQUEUE -> value;
      case GET, LOCK, UNLOCK, DEQUEUE -> Value.ABSENT;
    };
  }

  /// What an answer says.
  static Value out(Function function, Value value) {
    return switch (function) {
      case GET, DEQUEUE -> value;
      case PUT, CAS, APPEND, INCR, ENQUEUE, LOCK, UNLOCK -> Value.ABSENT;
    };
  }

  /// @param depth of lists around a list
  static void requireShallow(int depth, int line) throws HistoryException {
    if (depth >= DEPTH_MAX) {
      throw new HistoryException(
          line, "lists within more than " + DEPTH_MAX + " lists are no value");
    }
  }
}
