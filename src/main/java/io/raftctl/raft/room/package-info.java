/// A disk that is full: [io.raftctl.raft.room.Room] counts what it takes nevertheless.
///
/// The log is written into space that was got ready before, so a disk that fills up is noticed when
/// the next piece of it cannot be had, and while there is a piece left. From then on:
/// - **A leader refuses commands**, with certainty: they enter no log (`Replication.propose`). It
///   gives its leadership to a peer that has room (`Transfers`); heartbeats' answers say who has.
///   Where nobody has, it leads on, and reads go on.
/// - A leader that has room itself refuses commands as well while no majority has: they could not
///   be committed.
/// - **A follower takes what fits**, and vouches for that only. For what does not fit it keeps
///   silent, so that its leader asks again slowly; it answers heartbeats, votes, and is voted for
///   after all others: it waits longer before it campaigns, and needs room for the entry that opens
///   a term.
/// - When there is room again, whoever writes the log says so ([io.raftctl.raft.Input.RoomLeft]),
///   and nothing else is needed.
///
/// Imports the entries of the core and nothing else of the project.
@NullMarked
package io.raftctl.raft.room;

import org.jspecify.annotations.NullMarked;
