package io.raftctl.client.stream;

import io.raftctl.client.Outcome;
import io.raftctl.client.RequestId;
import java.util.function.Consumer;

/// A command or a read that has no outcome yet.
///
/// @param id its sequence is its place in the order
/// @param readOnly it never enters the log, so it keeps no order and may be sent twice
/// @param deadlineNanos on the clock of `System.nanoTime`
record Request(
    RequestId id,
    byte[] command,
    boolean readOnly,
    long deadlineNanos,
    Consumer<? super Outcome> done) {

  long sequence() {
    return id.sequence();
  }
}
