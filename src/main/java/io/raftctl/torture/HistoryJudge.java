package io.raftctl.torture;

import io.raftctl.linearizability.Checker;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Verdict;
import io.raftctl.linearizability.model.Models;
import java.time.Duration;

/// Has the histories of rounds judged.
final class HistoryJudge {
  /// A round's history takes milliseconds as a rule.
  private static final Duration TIME = Duration.ofMinutes(2);

  private final Models model;
  private final Checker checker;

  HistoryJudge(Models model) {
    Runtime machine = Runtime.getRuntime();
    this.model = model;
    this.checker = new Checker(machine.availableProcessors(), machine.maxMemory() / 4);
  }

  Verdict judge(History history) throws InterruptedException {
    long deadline = System.nanoTime() + TIME.toNanos();
    return checker.judge(
        model.model(), history.operations(), () -> System.nanoTime() - deadline >= 0);
  }
}
