/// A whole node: its ports, and what stands behind them.
///
/// ```
///                        +--> ClientPort --> server.http   JSON over HTTP/1.1 --+
/// NodeServer.start() ----+              \--> server.grpc   gRPC ----------------+--> server.served
///    |                   +--> OperatorPort   curl, metrics ---------------------+     |
///    |                                                                                v
///    +--> GrpcTransport <----------------------------------------------------------- node
/// ```
///
/// Read [NodeServer], which says in which order a node starts and why, and [NodeSettings].
/// Everything that a protocol needs to know of the node is in `server.served`.
@NullMarked
package io.raftctl.server;

import org.jspecify.annotations.NullMarked;
