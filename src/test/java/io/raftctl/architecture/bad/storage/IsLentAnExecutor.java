package io.raftctl.architecture.bad.storage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// Breaks no rule: the simulator lends one that runs things at once.
public final class IsLentAnExecutor {
  String later(Executor executor) {
    return CompletableFuture.supplyAsync(() -> "done", executor).join();
  }
}
