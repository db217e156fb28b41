package io.raftctl.torture.workload;

import java.util.Optional;

/// What one client does over and over. Owned by its thread.
interface Routine {
  /// Does one thing, and has it written down.
  void turn() throws InterruptedException;

  /// Ends what was begun, as far as it can be ended.
  default void end() throws InterruptedException {}

  /// What no history would show: an answer that contradicts what this client itself knows.
  default Optional<String> broken() {
    return Optional.empty();
  }
}
