/// The shipped code on a simulated disk, network, clock and random.
@NullMarked
package io.raftctl.simulation;

import org.jspecify.annotations.NullMarked;
