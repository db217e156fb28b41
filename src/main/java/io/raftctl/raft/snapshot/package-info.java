/// Snapshots as the core knows them: by name and length, never by their bytes.
/// - [io.raftctl.raft.snapshot.Snapshot]: which one.
/// - [io.raftctl.raft.snapshot.SnapshotWork]: what the outside must do about them after a turn.
/// - [io.raftctl.raft.snapshot.Transfer]: how much of one a peer has.
///
/// `SnapshotTransfer` in the package above decides; this package only counts and names. Imports the
/// records of the core and nothing else of the project.
@NullMarked
package io.raftctl.raft.snapshot;

import org.jspecify.annotations.NullMarked;
