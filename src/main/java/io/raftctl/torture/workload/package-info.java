/// Clients that do one thing at a time, and everything that they asked and heard, written down.
///
/// ```
/// Workers ── a thread each ──> Routine ──> Witness ──> Recorder ──> a history for the checker
///                         RegisterRoutine,      │
///                   AppendRoutine, LockRoutine, └────> the cluster
///                                  BankRoutine
/// ```
///
/// Read [io.raftctl.torture.workload.Witness] first: it says what a client may claim to know.
@NullMarked
package io.raftctl.torture.workload;

import org.jspecify.annotations.NullMarked;
