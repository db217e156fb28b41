/// The log where the core and the storage meet: [io.raftctl.raft.log.EntrySource] gives the entries
/// that the core has no longer in memory, [io.raftctl.raft.log.TermRuns] knows the term of each,
/// [io.raftctl.raft.log.RaftLog] is what the core makes of both, and
/// [io.raftctl.raft.log.DamagedEntry] is one of which the disk has kept the name only.
///
/// Imports the records of the core and nothing else of the project.
@NullMarked
package io.raftctl.raft.log;

import org.jspecify.annotations.NullMarked;
