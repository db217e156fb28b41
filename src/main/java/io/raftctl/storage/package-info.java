/// What a node remembers: its log, its term and its vote, safe from crashes and open about rot.
///
/// ```
///                LogStore (the seam to the node)
///                       |
///   DataDirectory -> SegmentedLog ----> HardStateFile: term and vote, two copies
///    whose is it?   |    |      |
///            Recovery  LogIndex  SegmentWriter, RecordReader: records and bytes
///         at start       where            |
///                        is it?     SegmentChain -> Segment: files of a fixed size
///                                                      |
///                                     Disk (the seam to the platter) <- FileDisk
/// ```
///
/// Read in this order:
/// 1. [io.raftctl.storage.LogStore] and [io.raftctl.storage.Disk]: what is promised above, and what
///    may go wrong below.
/// 2. `RecordFormat`: the format of the log, what a crash can leave of it, and how that is told
///    from rot. Its comment is the specification; the rest of the package carries it out.
/// 3. [io.raftctl.storage.SegmentedLog]: a write, a sync, a read.
/// 4. `Recovery`: a start after whatever has happened.
/// 5. `HardStateFile` and [io.raftctl.storage.DataDirectory]: two small formats with their reasons.
/// 6. `SegmentWriter`, `RecordReader`, `SegmentChain`, `LogStart`, `Segment`, `ControlBlock`,
///    `LogIndex`: what they rest on.
/// 7. [io.raftctl.storage.Inspection]: all of it once more, read without changing a byte.
///
/// Of the tests, read `Twin` and `CrashTest` first: the plain lists that say what may be on a disk
/// after a crash, and a crash at every operation.
///
/// Snapshots are in the package `snapshot` below, which rests on `Disk` and nothing else of this;
/// what a person does with a directory that no node uses is in `offline`.
///
/// Not here yet: identities of entries kept apart, and a disk that is full is an error like others.
///
/// Imports raft and nothing else of the project. Never reads a clock, starts a thread, or iterates
/// in hash order; what is to be done in the background is handed to an executor that comes from
/// outside. Only `FileDisk` touches files.
@NullMarked
package io.raftctl.storage;

import org.jspecify.annotations.NullMarked;
