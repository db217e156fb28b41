/// The disk of the made-up world: it tears, forgets, fails and fills up as its seed has drawn.
///
/// Read [io.raftctl.simulation.disk.SimulatedDisk] first: what a process sees, what is on the
/// platter, and what a crash makes of the difference. `Content` is one file of it.
///
/// Imports storage for the seam that it stands in for, and nothing of the node.
@NullMarked
package io.raftctl.simulation.disk;

import org.jspecify.annotations.NullMarked;
