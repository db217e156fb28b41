/// The links of a simulated world.
///
/// [io.raftctl.simulation.network.SimulatedNetwork] takes what nodes send, and loses, delays,
/// repeats or delivers it.
@NullMarked
package io.raftctl.simulation.network;

import org.jspecify.annotations.NullMarked;
