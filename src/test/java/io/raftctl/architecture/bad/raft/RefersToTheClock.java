package io.raftctl.architecture.bad.raft;

import java.util.function.LongSupplier;

/// Breaks a rule: a reference to a method is a call in waiting.
public final class RefersToTheClock {
  LongSupplier clock() {
    return System::currentTimeMillis;
  }
}
