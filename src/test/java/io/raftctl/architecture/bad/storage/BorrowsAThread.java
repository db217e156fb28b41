package io.raftctl.architecture.bad.storage;

import java.util.concurrent.CompletableFuture;

/// Breaks a rule: the common pool is full of threads that nobody simulates.
public final class BorrowsAThread {
  CompletableFuture<String> later() {
    return CompletableFuture.supplyAsync(() -> "done");
  }
}
