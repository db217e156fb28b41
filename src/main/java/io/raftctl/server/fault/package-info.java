/// What a node's own machine suffers on request: a disk that is slow, full or broken, and a clock
/// that runs wrong.
///
/// [io.raftctl.server.fault.MachineFaults] is asked by the port for operators.
/// [io.raftctl.server.fault.FaultyDisk] stands between the storage and the real directory, and
/// `ShiftedClock` between the loop and the machine's clock, only at nodes that were started with
/// faults on. Links are cut elsewhere: `transport.Faults`.
@NullMarked
package io.raftctl.server.fault;

import org.jspecify.annotations.NullMarked;
