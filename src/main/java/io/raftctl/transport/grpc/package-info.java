/// Messages between nodes over gRPC: the one place where protobuf meets [io.raftctl.raft.Message].
///
/// ```
///   send(messages)                                                        node.receive(message)
///        |                                                                        ^
///        v            urgent: heartbeats, votes, answers                          |
///   GrpcTransport --> PeerLane (Outbox, Stream) ==== connection ====> PeerService -+
///                 \-> PeerLane (Outbox, Stream) ==== connection ====>     ^
///                     bulk: AppendEntries                                 |
///          Faults asked before the wire                    Faults asked before delivery
/// ```
///
/// Read [GrpcTransport], [PeerLane], [PeerService], then [MessageCodec]. All sockets of a node are
/// served by one thread, [IoThread]; [Channels] says how gRPC is tuned. This package never decides
/// anything about consensus, and never imports the node.
@NullMarked
package io.raftctl.transport.grpc;

import org.jspecify.annotations.NullMarked;
