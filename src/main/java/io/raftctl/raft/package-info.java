/// The consensus, and nothing else: no threads, clocks, sockets or files. What happens comes in as
/// [io.raftctl.raft.Input]; what the world must do goes out as [io.raftctl.raft.Effects].
///
/// ```
///   Clock, Tick, Received, Propose, Read, Transfer, Synced
///                             |
///                             v
///   Election  <---->   Raft.step(inputs)  <---->  Replication, Reads, Transfers
///   terms, votes,             |                   entries, commit,
///   change of roles           |                   heartbeats, read rounds
///                             v
///    sendNow | hardState, append | sendAfterSync | committed | readable ...
///            the order of the fields is the safety rule
/// ```
///
/// Read in this order, the paper beside it (Ongaro and Ousterhout, "In Search of an Understandable
/// Consensus Algorithm", extended version; § is its section, "thesis §" Ongaro's thesis):
/// 1. [io.raftctl.raft.Message] and [io.raftctl.raft.Entry]: what nodes say and hold.
/// 2. [io.raftctl.raft.Input] and [io.raftctl.raft.Effects]: what goes in and comes out, and why in
///    that order.
/// 3. [io.raftctl.raft.Raft]: one turn, and the rule about terms (§5.1) that comes before all else.
/// 4. `Election` (§5.2, §5.4.1; thesis §4.2.3, §9.6), `Replication` (§5.3, §5.4.2), `Reads` (§8,
///    thesis §6.4), `Transfers` (thesis §3.10), `Membership` (§6; thesis §4) on the package
///    `members`.
/// 5. `Repair` on the package `repair` (FAST'18): entries that the disk has lost; and the package
///    `room`: a disk that is full.
/// 6. `Role` and the packages `log` and `progress`: what they rest on.
///
/// The test `RaftPaperTest` says the same in sentences that run.
///
/// Where the hard cases are: stale terms in `Raft.receive`; a vote that outlives a step-down in
/// `Election.follow`; the own vote, counted only once synced, in `Election.synced`; entries past
/// what a message proves in `Replication.onAppendEntries`; entries of older terms (Figure 8) in
/// `Replication.advanceCommit`; an entry written, replaced and written again in `Durable`; late
/// answers to old heartbeats in `Reads`.
///
/// Imports nothing of the project. Never reads a clock, starts a thread, touches a file or a
/// socket, or iterates in hash order.
@NullMarked
package io.raftctl.raft;

import org.jspecify.annotations.NullMarked;
