/// What goes wrong with a whole world, by name, and what a person chooses of it.
///
/// A [io.raftctl.simulation.fault.Fault] has the names; a [io.raftctl.simulation.fault.Choice] says
/// which of them a world has, in place of what its seed draws.
///
/// Knows nothing of nodes that run.
@NullMarked
package io.raftctl.simulation.fault;

import org.jspecify.annotations.NullMarked;
