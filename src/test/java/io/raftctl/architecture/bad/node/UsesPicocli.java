package io.raftctl.architecture.bad.node;

import picocli.CommandLine;

/// Breaks a rule: only commands know the command line.
public record UsesPicocli(CommandLine line) {}
