/// What a person chooses of a world, in place of what its seed draws.
///
/// Knows nothing of nodes that run.
@NullMarked
package io.raftctl.simulation.fault;

import org.jspecify.annotations.NullMarked;
