/// What a node answers over gRPC, beside the messages of its peers.
///
/// [SubmitStream] is the hot path: commands and their outcomes on one stream. [AdminService] is for
/// operators, [LegacyService] for clients of the project that raftctl grew from. The contracts are
/// in `proto/`; the services only translate between them and the node. What is no message at all
/// [ReadableRequests] refuses before them.
@NullMarked
package io.raftctl.server.grpc;

import org.jspecify.annotations.NullMarked;
