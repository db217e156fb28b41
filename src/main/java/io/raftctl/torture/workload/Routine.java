package io.raftctl.torture.workload;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What one client does over and over, to the objects that all clients share. Owned by its thread.
abstract sealed class Routine permits AppendRoutine, BankRoutine, LockRoutine, RegisterRoutine {
  final Witness witness;

  /// Where the objects stand; at least one.
  final List<String> keys;

  final Random random;
  private @Nullable String broken;

  Routine(Witness witness, List<String> keys, Random random) {
    this.witness = witness;
    this.keys = keys;
    this.random = random;
  }

  /// Does one thing, and has it written down.
  abstract void turn() throws InterruptedException;

  /// Ends what was begun, as far as it can be ended.
  void end() throws InterruptedException {}

  /// Looks at every object once, and has it written down.
  void readBack() throws InterruptedException {
    for (String key : keys) {
      witness.get(key);
    }
  }

  final String anyKey() {
    return keys.get(random.nextInt(keys.size()));
  }

  /// An answer contradicts what this client itself knows.
  final void broken(String what) {
    broken = what;
  }

  /// What no history would show: the last such answer.
  final Optional<String> broken() {
    return Optional.ofNullable(broken);
  }
}
