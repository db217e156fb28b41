package io.raftctl.client;

import io.raftctl.client.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/// What one try with one node came to.
sealed interface Attempt {
  record Settled(Outcome outcome) implements Attempt {}

  /// Certainly not accepted there, so that it may be tried again.
  ///
  /// @param leader who to ask instead, or null
  record TryAgain(String reason, @Nullable Endpoint leader) implements Attempt {}
}
