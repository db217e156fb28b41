package io.raftctl.architecture.bad.raft;

import io.raftctl.architecture.bad.node.UsesGrpc;

/// Breaks a rule: imports upwards.
public record ImportsNode(UsesGrpc node) {}
