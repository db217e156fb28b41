package io.raftctl.torture;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Verdict;

/// How a run ended.
public sealed interface Ending {
  /// Every promise was kept in each round.
  record Kept() implements Ending {}

  /// A promise was broken, and the run stopped there.
  ///
  /// @param round in which it was found
  /// @param what was promised and did not hold, in one line
  /// @param evidence what stays of the run
  record Broken(int round, String what, Evidence evidence) implements Ending {}

  /// What clients were told is explained by no order of what they did, and the run stopped there.
  ///
  /// @param history of the round
  /// @param illegal what in it cannot be
  /// @param evidence as in [Broken]
  record NotLinearizable(int round, History history, Verdict.Illegal illegal, Evidence evidence)
      implements Ending {}

  /// Whether a round's history can be explained was not found out in the time and memory there are.
  ///
  /// @param evidence as in [Broken]
  record Undecided(int round, Verdict.Unknown unknown, Evidence evidence) implements Ending {}
}
