/// What a simulated client keeps in mind: its session, and its requests over all tries.
///
/// Imports the state machine's sessions and `witness`. Knows neither nodes nor the world.
@NullMarked
package io.raftctl.simulation.client;

import org.jspecify.annotations.NullMarked;
