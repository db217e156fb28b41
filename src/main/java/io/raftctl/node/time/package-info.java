/// A node's time: [io.raftctl.node.time.NodeClock] says what it is, and
/// [io.raftctl.node.time.Ticks] turns it into the core's ticks.
@NullMarked
package io.raftctl.node.time;

import org.jspecify.annotations.NullMarked;
