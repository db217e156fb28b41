/// What nodes and clients have agreed upon beside the messages themselves.
///
/// ```
///   client --+--> proto, proto.v1 <--+-- server, transport.grpc
/// ```
///
/// The messages are generated from the contracts in the folder `proto`, into the package `proto.v1`
/// below this one; [io.raftctl.proto.CommandSize] is written by hand. Nothing here imports anything
/// of ours.
@NullMarked
package io.raftctl.proto;

import org.jspecify.annotations.NullMarked;
