/// What is done to a world, as a list: the other half of a run, beside what the world is like.
///
/// A [io.raftctl.simulation.script.Act] is one thing that somebody does, at its time. A
/// [io.raftctl.simulation.script.Script] is all of them with their world: the same script gives the
/// same run, and each run of a seed writes down its own. So parts of a run that fails can be left
/// out; the [io.raftctl.simulation.script.Shrinker] does that until nothing can be.
///
/// In words, a script is a scenario (docs/scenarios.md).
///
/// Knows nothing of nodes that run.
@NullMarked
package io.raftctl.simulation.script;

import org.jspecify.annotations.NullMarked;
