package io.raftctl.architecture.bad.raft;

/// Breaks a rule: time is a parameter of the core.
public final class ReadsTheClock {
  long read() {
    return System.nanoTime();
  }
}
