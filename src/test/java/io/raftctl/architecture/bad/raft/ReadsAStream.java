package io.raftctl.architecture.bad.raft;

import java.io.InputStream;

/// Breaks a rule: the core reads nothing.
public record ReadsAStream(InputStream in) {}
