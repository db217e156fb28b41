/// What a run shows to those who look at it, beside its verdict.
///
/// [io.raftctl.simulation.witness.Witnesses] are all who look; they are told what happens, and
/// change nothing. Knows messages, and nothing of the world around the nodes.
@NullMarked
package io.raftctl.simulation.witness;

import org.jspecify.annotations.NullMarked;
