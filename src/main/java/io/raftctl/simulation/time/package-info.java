/// The time of the made-up world, and what happened in it.
///
/// `Schedule` is a queue of what happens when; `Trace` notes it, so that two runs of a seed can be
/// compared and a failure shows how it came about.
///
/// Imports nothing.
@NullMarked
package io.raftctl.simulation.time;

import org.jspecify.annotations.NullMarked;
