package io.raftctl.simulation;

import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.witness.Witnesses;

/// The run of a seed that keeps every promise, for tests of scripts.
public record PlayedSeed(long traceHash, Script script) {
  public static PlayedSeed of(long seed, Choice choice) {
    Simulation.Played played = Simulation.play(seed, choice, Witnesses.none(), Sabotage.NONE);
    return new PlayedSeed(played.report().traceHash(), played.script());
  }
}
