/// What is done to real nodes. `Fault` names it; a `Nemesis` does it, mends it, and counts how
/// often it took hold.
///
/// ```
/// ProcessNemesis   nodes whose processes are ours    kill, freeze, restart, replace
///   ├─> DiskNemesis                                   syncs that fail, bits that rot
/// RemoteNemesis    nodes elsewhere
///   ├─> LinkNemesis      both                         Links: ProcessLinks, RemoteLinks
///   └─> MachineNemesis   both                         slow and full disks, wrong clocks
/// ```
///
/// `Victims` draws whom and how long. What outlives this process passes a `Gate`, so that nothing
/// is broken any more while all is taken back at its end.
@NullMarked
package io.raftctl.torture.nemesis;

import org.jspecify.annotations.NullMarked;
