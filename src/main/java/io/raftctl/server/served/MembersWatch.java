package io.raftctl.server.served;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Where those who wait for the end of a change of the members are told to look again. Any thread
/// may call.
public final class MembersWatch {
  /// The members, or who of them does what, have changed.
  public synchronized void tell() {
    notifyAll();
  }

  /// Returns once it is over, or the time is.
  ///
  /// @param over asked at first and whenever something was told; must not wait
  /// @param deadline by `System.nanoTime`
  synchronized void await(BooleanSupplier over, long deadline) throws InterruptedException {
    while (!over.getAsBoolean() && deadline - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
    }
  }
}
