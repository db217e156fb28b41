package io.raftctl.architecture.bad.nowhere;

/// Breaks a rule: its package has no place in the design.
public final class InNoLayer {}
