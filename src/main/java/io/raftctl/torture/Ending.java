package io.raftctl.torture;

import java.nio.file.Path;

/// How a run ended.
public sealed interface Ending {
  /// Every promise was kept in each round.
  record Kept() implements Ending {}

  /// A promise was broken, and the run stopped there.
  ///
  /// @param round in which it was found
  /// @param what was promised and did not hold, in one line
  /// @param evidence the directory with the nodes' data and logs, which stays
  record Broken(int round, String what, Path evidence) implements Ending {}
}
