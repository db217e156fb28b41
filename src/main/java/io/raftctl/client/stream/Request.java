package io.raftctl.client.stream;

import io.raftctl.client.Outcome;
import java.util.function.Consumer;

/// A command or a read that has no outcome yet.
///
/// @param sequence its place in the order, and its number in the session
/// @param readOnly it never enters the log, so it keeps no order
/// @param deadlineNanos on the clock of `System.nanoTime`
record Request(
    long sequence,
    byte[] command,
    boolean readOnly,
    long deadlineNanos,
    Consumer<? super Outcome> done) {}
