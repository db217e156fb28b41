/// A node's snapshots: when they are taken, how they travel, and what a start makes of them.
///
/// ```
///   NodeLoop --SnapshotWork, entries applied--> Snapshots ---> SnapshotStore
///      ^                                          |    \----> Transport (chunks)
///      +---- SnapshotsHeld, ChunkStored, SnapshotReceived
/// ```
///
/// Read [io.raftctl.node.snapshot.Snapshots], then [io.raftctl.node.snapshot.AppliedState], which
/// is what a snapshot holds, and [io.raftctl.node.snapshot.NodeStorage] for a start.
///
/// Starts no thread: the executors come from outside, so that the simulator runs the same code.
@NullMarked
package io.raftctl.node.snapshot;

import org.jspecify.annotations.NullMarked;
