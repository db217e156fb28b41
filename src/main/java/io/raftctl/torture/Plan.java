package io.raftctl.torture;

import io.raftctl.torture.nemesis.Fault;
import io.raftctl.torture.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// What the user asked for.
///
/// @param rounds how many; none where `time` says when to stop
/// @param time after this no round begins; null where `rounds` says how many there are
/// @param faults what rounds choose from; each comes once before any comes again
/// @param seed draws the faults, whom they hit and how long they last
/// @param workload what the clients do whose history is judged
/// @param rate commands a second, over all clients
public record Plan(
    OptionalInt rounds,
    @Nullable Duration time,
    List<Fault> faults,
    Workload workload,
    long seed,
    int rate) {
  private static final int ROUNDS_MAX = 100_000;
  private static final int RATE_MAX = 100_000;

  /// @throws IllegalArgumentException where a number is out of range
  public Plan {
    faults = List.copyOf(faults);
    if (rounds.isPresent() && (rounds.getAsInt() < 1 || rounds.getAsInt() > ROUNDS_MAX)) {
      throw new IllegalArgumentException("--rounds must be 1 to " + ROUNDS_MAX);
    }
    if (rate < 1 || rate > RATE_MAX) {
      throw new IllegalArgumentException("--rate must be 1 to " + RATE_MAX);
    }
  }
}
