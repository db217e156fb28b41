package io.raftctl.architecture.bad.client;

import org.jline.terminal.Terminal;

/// Breaks a rule: only the REPL knows the terminal.
public record UsesJline(Terminal terminal) {}
