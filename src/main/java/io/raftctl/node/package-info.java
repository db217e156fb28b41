/// A node: the core with its disk, its network and its state machine around it.
///
/// ```
///   clients, peers, ticks --> Inbox --> NodeLoop.turn --> Transport
///                               ^         |      |
///                            Synced       v      v
///                               +---- SyncThread Applier --> SessionMachine --> StateMachine
///                                                  |
///                                                  v
///                                            PendingRequests --> clients
/// ```
///
/// Read [io.raftctl.node.NodeLoop] first: one turn, free of threads and clocks, so that the
/// simulator runs the same one. [io.raftctl.node.RunningNode] repeats it on a thread and ticks;
/// `SyncThread` syncs beside it. [io.raftctl.node.PendingRequests] knows who waits for what and
/// names the outcome for what the client may conclude ([io.raftctl.node.Outcome]).
/// [io.raftctl.node.CommandEnvelope] is what a command looks like in the log.
///
/// The sync completes beside the loop instead of blocking it: heartbeats then never wait for a slow
/// disk, and turns that end while a sync is under way share the next one. It costs one hop between
/// two threads for each sync.
///
/// Imports raft, storage, transport and statemachine; never servers, clients or the command line.
@NullMarked
package io.raftctl.node;

import org.jspecify.annotations.NullMarked;
