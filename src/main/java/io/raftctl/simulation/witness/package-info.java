/// What a run shows to those who look at it, beside its verdict.
///
/// Knows messages, and nothing of the world around the nodes.
@NullMarked
package io.raftctl.simulation.witness;

import org.jspecify.annotations.NullMarked;
