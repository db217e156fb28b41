package io.raftctl.cli.simulate;

import io.raftctl.simulation.Simulation;
import io.raftctl.simulation.SimulationFailure.Place;

/// What the seeds of a run came to together.
///
/// @param traceHash the same for the same seeds and the same code
record Totals(
    long seeds, long traceHash, long steps, long simulatedMicros, long acknowledged, long reads) {
  static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0);

  /// With one more seed that kept every promise.
  Totals with(Simulation.Report run) {
    return new Totals(
        seeds + 1,
        traceHash * 31 + run.traceHash(),
        steps + run.steps(),
        simulatedMicros + run.simulatedMicros(),
        acknowledged + run.acknowledged(),
        reads + run.reads());
  }

  /// With one more seed that broke a promise, up to there.
  Totals with(Place broken) {
    return new Totals(
        seeds + 1,
        traceHash * 31 + broken.traceHash(),
        steps + broken.step(),
        simulatedMicros + broken.simulatedMicros(),
        acknowledged,
        reads);
  }

  double simulatedHours() {
    return simulatedMicros / 3.6e9;
  }
}
