/// What goes wrong with bytes of the log that were synced, on the disk of a node that is down.
///
/// [io.raftctl.simulation.rot.EntryRot] flips bits in the data of one entry. In
/// [io.raftctl.simulation.rot.MisdirectedWrite] a write turns out to have gone to another place,
/// and `Hit` says what that costs. Both leave what the format promises to cope with: of each record
/// the header or its copy. Both say which entries lost their data, so that the judge knows.
///
/// Imports the simulated disk, and storage to find out what lies where.
@NullMarked
package io.raftctl.simulation.rot;

import org.jspecify.annotations.NullMarked;
