/// Many commands under way on one gRPC stream to the leader.
///
/// ```
/// submit(command, done) -> StreamClient -> InFlight          (what may be sent, and sent again)
///                              |
///                        StreamConnection -> the leader
/// ```
///
/// Read [io.raftctl.client.stream.StreamClient] for the promises, then
/// [io.raftctl.client.stream.InFlight], which keeps them and does no input or output. Protobuf,
/// gRPC and Netty stay in here.
@NullMarked
package io.raftctl.client.stream;

import org.jspecify.annotations.NullMarked;
