/// A world in which the production node runs and everything around it is made up: time, network,
/// disks, clocks and clients, all from one seed.
///
/// ```
///   Nemesis -> SimulatedNetwork, SimulatedNode -> NodeLoop, SegmentedLog (the shipped ones)
///                                     |                     |
///   Demand -> Workload -> requests ---+     disk.SimulatedDisk under it
///                                     v
///             judge.Safety: judges every write, vote, commit and reply
/// ```
///
/// Read [io.raftctl.simulation.Simulation] first: what a run is, and what it must come to. Somebody
/// acts on a [io.raftctl.simulation.SimulatedStage]: `Nemesis` and `Demand` as a seed draws it, or
/// a script. Each act is written down before a `Performer` does it, so a run can be played again,
/// and shrunk (package `script`). Package `config` has what a world is like, `fault` what a person
/// chooses in place of the seed, `time` when what happens, `network` what becomes of messages,
/// `judge` what must hold all the same. `Wishes` are how members come, go and move, `Convergence`
/// what must come once nothing goes wrong any more, `Workload` what clients may rely on,
/// `SimulatedClient` how they send again what is in doubt, package `client` what they keep in mind
/// for that. Package `coverage` counts what was reached, and `witness` keeps what a run shows; both
/// only look. A `SimulatedNode` is a machine with a disk that lasts; a `Life` is what runs on it
/// from a start to a crash, `DiskTrouble` what its disk suffers for a while, and `DiskRot`, with
/// package `rot`, what is not what was written when its power has failed: flipped bits, and writes
/// that went to the wrong place.
///
/// What is simulated and what is not: the loop, core, storage format, recovery, pending requests,
/// state machine, and where a node reaches the others are the shipped code. Threads, gRPC and its
/// wire format, and the real file system are not in the picture; the end-to-end tests are there for
/// them. How a node introduces itself is told anew in `Wishes`.
///
/// Imports node and everything below it. Never reads a clock, starts a thread, or iterates in hash
/// order: the same seed gives the same trace.
@NullMarked
package io.raftctl.simulation;

import org.jspecify.annotations.NullMarked;
