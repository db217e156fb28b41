/// Who holds what: small classes that count and decide nothing.
/// - [io.raftctl.raft.progress.Progress]: a leader's view of one peer's log (probe, then stream).
/// - [io.raftctl.raft.progress.Durable]: how much of the node's own log is on its platter.
///
/// Imports the ids of the core and nothing else of the project; only the core uses it.
@NullMarked
package io.raftctl.raft.progress;

import org.jspecify.annotations.NullMarked;
