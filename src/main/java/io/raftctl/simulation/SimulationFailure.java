package io.raftctl.simulation;

import java.util.List;

/// A seed that broke a promise. The message says which, after how many steps, what happened right
/// before, and how to see it again.
public final class SimulationFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  SimulationFailure(long seed, long step, List<String> lastLines, Throwable cause) {
    super(
        "seed %d broke a promise at step %d: %s%n%s%nTo see it again: raftctl simulate --seed %d"
            .formatted(
                seed,
                step,
                cause.getMessage(),
                String.join(System.lineSeparator(), lastLines),
                seed),
        cause);
  }
}
