package io.raftctl.server.http;

import java.util.function.Consumer;

/// What stands behind the HTTP side of the client port.
public interface Routes {
  /// Answers a request, now or later; called by the thread that serves all connections, so it must
  /// not wait.
  ///
  /// @param done takes the answer exactly once, on any thread
  void handle(Request request, Consumer<Response> done);

  /// The answer to a request that was not read to its end.
  Response refusal(Refusal refusal);

  /// Why a request was not read to its end.
  enum Refusal {
    /// It is no HTTP/1.1, or its head is too large.
    MALFORMED,
    /// Its body comes in a transfer encoding that is not understood, so nobody knows where it ends.
    ENCODED,
    /// Its body is larger than any legal one.
    TOO_LARGE,
    /// Too many bytes of bodies are in memory already.
    BUSY
  }
}
