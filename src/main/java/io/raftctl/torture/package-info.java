/// Real processes, broken on purpose under load, and a judge.
///
/// ```
/// Torture ── each round ──> Nemesis   kills, freezes, cuts and restarts processes
///    │                  ├─> Load      sessions that count, and remember what they were told
///    │                  └─> Judge     what each node holds, against what was told
///    └──> Round, Ending     what took hold, and whether every promise was kept
/// ```
///
/// The cluster is a `Ground`: started for the run, local and given, or elsewhere, where links,
/// disks and clocks can be broken and processes cannot. Closed, it is as it was before, or gone.
///
/// Read `Torture` first: it is one round. A round ends in peace, with everything healed, so that
/// its judge need not allow for anything. The seed draws what is done, not what comes of it:
/// processes and the network keep their own time.
@NullMarked
package io.raftctl.torture;

import org.jspecify.annotations.NullMarked;
