/// What a person does with a data directory when no node can: judge all of it, and begin a new
/// cluster with what a survivor holds.
///
/// ```
///   Verification: is every byte as it was written?      Survivor: what can be kept, and keep it
///              \                                          /
///        Inspection (the log, read only)      snapshot.SnapshotStore
/// ```
///
/// Neither changes a byte of the directory it looks at. Imports raft, the storage and its
/// snapshots. Never reads a clock, starts a thread, or iterates in hash order.
@NullMarked
package io.raftctl.storage.offline;

import org.jspecify.annotations.NullMarked;
