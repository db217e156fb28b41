package io.raftctl.architecture.bad.node;

import com.google.protobuf.ByteString;

/// Breaks a rule: protobuf stops at the edge.
public record UsesProtobuf(ByteString bytes) {}
