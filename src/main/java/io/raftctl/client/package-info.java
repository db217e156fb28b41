/// The client: finds the leader, sends commands, tries again, and says what it knows in the end.
///
/// ```
/// ClusterClient -> Rounds -> LeaderSearch, Survey -> wire/Poll ----+
///                    |                                             v
///                    +--> HttpNodeClient (one node's routes) -> wire/Exchange (one request)
///
/// stream/StreamClient: many commands under way, over gRPC
/// ```
///
/// Read [io.raftctl.client.Outcome] first, then [io.raftctl.client.ClusterClient], which holds the
/// one rule that matters: a command is sent again under the same request id, which its
/// [io.raftctl.client.Session] gave it, and is not applied twice for that. The package imports
/// neither the core nor a node nor a server; it knows them by docs/http.md and proto/. gRPC,
/// protobuf and Netty stay in its folder `stream`.
@NullMarked
package io.raftctl.client;

import org.jspecify.annotations.NullMarked;
