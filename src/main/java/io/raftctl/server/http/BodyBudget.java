package io.raftctl.server.http;

/// How many bytes of unfinished request bodies may be in memory at once, over all connections.
/// Touched by the one thread that serves them.
final class BodyBudget {
  private long bytesLeft;

  BodyBudget(long bytes) {
    this.bytesLeft = bytes;
  }

  /// False where there is no room; nothing is taken then.
  boolean take(long bytes) {
    if (bytes > bytesLeft) {
      return false;
    }
    bytesLeft -= bytes;
    return true;
  }

  void give(long bytes) {
    bytesLeft += bytes;
  }
}
