package io.raftctl.benchmark;

import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// One write after the other until a cluster takes one, as an application would that has only this
/// to do.
final class FirstWrite {
  private static final byte[] COMMAND = "put bench first".getBytes(StandardCharsets.US_ASCII);

  private FirstWrite() {}

  /// Returns once a write was accepted.
  ///
  /// @return the last outcome where none was in time
  static Optional<Outcome> awaitAccepted(StreamClient client, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      Outcome outcome = attempt(client, COMMAND);
      if (outcome instanceof Outcome.Done) {
        return Optional.empty();
      }
      if (System.nanoTime() > deadline) {
        return Optional.of(outcome);
      }
    }
  }

  static Outcome attempt(StreamClient client, byte[] command) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    client.submit(command, outcome::complete);
    return outcome.join();
  }
}
