/// The log on the disk: records in segments, safe from crashes and open about rot.
///
/// ```
///               SegmentedLog
///            /    |         \
///     Recovery  LogIndex   SegmentWriter, EntryRepair; EntryReader -> RecordReader: records
///     at start   where            |                                      SectorWindow: bytes
///               is it?      SegmentChain -> Segment: files of a fixed size
/// ```
///
/// Read in this order:
/// 1. `RecordFormat`: the format of the log, what a crash can leave of it, and how that is told
///    from rot. Its comment is the specification; the rest of the package carries it out.
/// 2. [io.raftctl.storage.log.SegmentedLog]: a write, a sync, a read.
/// 3. `Recovery`: a start after whatever has happened.
/// 4. `IdentityWriter`, `EntryRepair`, `RepairNotes`: the second copy of each header, and how what
///    was lost is written anew.
/// 5. `SegmentWriter`, `EntryReader`, `RecordReader`, `SectorWindow`, `SegmentChain`, `LogStart`,
///    `Segment`, `LogIndex`: what they rest on.
/// 6. [io.raftctl.storage.log.Inspection]: all of it once more, read without changing a byte.
///
/// Imports raft, and the seams and small formats of the storage above. Never reads a clock, starts
/// a thread, or iterates in hash order.
@NullMarked
package io.raftctl.storage.log;

import org.jspecify.annotations.NullMarked;
