/// Room on the disk for what a turn may write, got before the turn:
/// [io.raftctl.node.room.RoomAhead].
///
/// `raft.room` tells what a node does whose disk is full. Starts no thread and reads no clock: time
/// is counted in the loop's ticks, so that the simulator runs the same code.
@NullMarked
package io.raftctl.node.room;

import org.jspecify.annotations.NullMarked;
