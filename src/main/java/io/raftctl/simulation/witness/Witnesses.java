package io.raftctl.simulation.witness;

import io.raftctl.simulation.coverage.Coverage;

/// Who looks at runs of seeds. What they see changes nothing.
///
/// @param coverage gathers what the seeds reach
public record Witnesses(Coverage coverage) {
  /// Nobody keeps what is seen.
  public static Witnesses none() {
    return new Witnesses(new Coverage());
  }
}
