/// What a node remembers: its log, its term and its vote, safe from crashes and open about rot.
///
/// ```
///                LogStore (the seam to the node)
///                       |
///   DataDirectory -> log.SegmentedLog ----> HardStateFile: term and vote, two copies
///    whose is it?       |
///                     Disk (the seam to the platter) <- FileDisk
/// ```
///
/// Read in this order:
/// 1. [io.raftctl.storage.LogStore] and [io.raftctl.storage.Disk]: what is promised above, and what
///    may go wrong below.
/// 2. The package `log`: the entries, in segments of records.
/// 3. `HardStateFile` and [io.raftctl.storage.DataDirectory]: two small formats with their reasons;
///    `ControlBlock` is the sector with which each file begins.
///
/// Of the tests, read `Twin` and `CrashTest` first: the plain lists that say what may be on a disk
/// after a crash, and a crash at every operation.
///
/// Snapshots are in the package `snapshot` below, which rests on `Disk` and nothing else of this;
/// what a person does with a directory that no node uses is in `offline`.
///
/// A disk that is full is known before anything is written: `LogStore.reserve`. Whoever makes a new
/// file may try again after a [io.raftctl.storage.NoRoomException]; a write over what is there, or
/// a sync, that fails is final.
///
/// Imports raft and nothing else of the project. Never reads a clock, starts a thread, or iterates
/// in hash order; what is to be done in the background is handed to an executor that comes from
/// outside. Only `FileDisk` touches files.
@NullMarked
package io.raftctl.storage;

import org.jspecify.annotations.NullMarked;
