package io.raftctl.simulation.witness;

import io.raftctl.simulation.coverage.Coverage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Who looks at the run of a seed. What they see changes nothing.
///
/// @param coverage gathers what seeds reach, of one seed or of many
/// @param trace is told every event in a line; null where nobody wants to hear it
/// @param history notes what the clients of this one world did
public record Witnesses(
    Coverage coverage, @Nullable Consumer<String> trace, ClientHistory history) {
  /// Nobody keeps what is seen.
  public static Witnesses none() {
    return new Witnesses(new Coverage(), null, new ClientHistory());
  }
}
