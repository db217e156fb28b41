package io.raftctl.architecture.bad.node;

import io.netty.buffer.ByteBuf;

/// Breaks a rule: Netty stops at the edge.
public record UsesNetty(ByteBuf buffer) {}
