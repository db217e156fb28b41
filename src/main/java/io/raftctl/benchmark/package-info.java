/// Load on a cluster, and what it costs: throughput, latencies, and the waits that a person meets.
///
/// ```
/// LoadRun -> Phases                      StartTimes  Failovers  IdleCost  CommandTimes
///    |  \--> ClosedLoop -> Samples             \________  |  ________/
///    |           \-> Commands                      ThrowAway -> ThrowAwayCluster
/// LoadResult  Connection (the seam to the client)
/// ```
///
/// Read [io.raftctl.benchmark.LoadRun] first: what a run does and what of it counts. Then
/// [io.raftctl.benchmark.ClosedLoop], which is the load, and what such a load cannot tell. The four
/// beside it measure one thing each, over clusters that [io.raftctl.benchmark.ThrowAway] starts.
///
/// Nothing here prints, knows an option, or imports a node: what is measured is what a client sees,
/// and what the operating system says of the processes. `docs/performance.md` has the figures.
@NullMarked
package io.raftctl.benchmark;

import org.jspecify.annotations.NullMarked;
