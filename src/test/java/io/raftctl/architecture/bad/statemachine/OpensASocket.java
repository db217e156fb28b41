package io.raftctl.architecture.bad.statemachine;

import java.net.Socket;

/// Breaks a rule: applying a command reaches nothing outside.
public record OpensASocket(Socket socket) {}
