/// The node as its services see it, whatever protocol they speak.
///
/// ```
///   server.http --+                  +--> NodeGate --> the node
///                 +--> ServedNode ---+
///   server.grpc --+        |         +--> FaultControl --> Faults, PacketFilter
///                          |
///                     ClusterView <-- PeerAdmin <-- the other nodes
/// ```
///
/// Read [ServedNode], then [Problem], which is every negative answer; [ClusterView] says who leads,
/// and [MembersWatch] wakes whoever waits for the end of a change.
@NullMarked
package io.raftctl.server.served;

import org.jspecify.annotations.NullMarked;
