package io.raftctl.architecture.bad.node;

import io.grpc.Channel;

/// Breaks a rule: gRPC stops at the edge.
public record UsesGrpc(Channel channel) {}
