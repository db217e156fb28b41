/// Snapshots: what the log came to, so that its front can go.
///
/// ```
///   SnapshotStore: the snapshots of a data directory, saved, received, loaded, removed
///        |                |
///   SnapshotWriter   SnapshotReader   any stream of bytes: a file, a connection
///              |       |
///           SnapshotFormat: the specification
/// ```
///
/// Read `SnapshotFormat` first, then [io.raftctl.storage.snapshot.SnapshotStore]: what lies in the
/// directory at any moment, and what a crash can leave of it.
///
/// Imports raft and the storage around it. Never reads a clock, starts a thread, or iterates in
/// hash order. What a state machine writes into a snapshot is opaque here.
@NullMarked
package io.raftctl.storage.snapshot;

import org.jspecify.annotations.NullMarked;
