package io.raftctl.statemachine.exec;

/// Which program is the state machine.
///
/// @param command run by `sh -c`
/// @param node whose state machine it is; the program finds it in RAFTCTL_NODE
public record ExecSettings(String command, Protocol protocol, String node) {}
