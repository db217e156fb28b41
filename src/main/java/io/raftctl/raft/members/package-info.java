/// Who belongs to the cluster: a [io.raftctl.raft.members.Configuration] is one set of members and
/// what it takes to decide in it, [io.raftctl.raft.members.Configurations] is which one counts at
/// which place of the log, and [io.raftctl.raft.members.Change] is a step from one to the next.
///
/// ```
///   stable {1,2,3} --Change--> joint {1,2,3}+{1,2,4} --leave--> stable {1,2,4}
///            \------- one voter more or less: in one step -------/
/// ```
///
/// A configuration counts from the moment in which it stands in the log, committed or not (§6), and
/// no longer if it is taken out of the log again. So nobody ever asks which one is committed to
/// know whom to ask for votes.
///
/// Imports nothing of the core but the names of nodes and the ids of entries.
@NullMarked
package io.raftctl.raft.members;

import org.jspecify.annotations.NullMarked;
