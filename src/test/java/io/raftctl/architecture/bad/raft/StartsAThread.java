package io.raftctl.architecture.bad.raft;

/// Breaks a rule: the loop owns the threads.
public final class StartsAThread {
  Thread start(Runnable task) {
    return Thread.startVirtualThread(task);
  }
}
