package io.raftctl.node;

import io.raftctl.storage.LogStore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Syncs the store on a thread of its own, so that heartbeats and messages do not wait for the
/// platter. Turns that end while a sync is under way share the next one (group commit).
final class SyncThread implements Syncer {
  private final LogStore store;
  private final LongConsumer synced;
  private final Consumer<Throwable> failed;
  private final NodeCounters counters;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private long requestedTurn;
  private boolean closed;

  /// @param synced hears the turn up to which everything is durable
  /// @param failed hears why no further sync will come
  SyncThread(
      String name,
      LogStore store,
      LongConsumer synced,
      Consumer<Throwable> failed,
      NodeCounters counters) {
    this.store = store;
    this.synced = synced;
    this.failed = failed;
    this.counters = counters;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  @Override
  public void request(long turn) {
    lock.lock();
    try {
      requestedTurn = turn;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Lets a sync that is under way finish, and begins no other. Nobody is interrupted: that would
  /// close the files under the sync.
  void close() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
    thread.join();
  }

  private void run() {
    try {
      for (long turn = awaitRequest(0); turn > 0; turn = awaitRequest(turn)) {
        long start = System.nanoTime();
        store.sync();
        counters.synced(System.nanoTime() - start);
        synced.accept(turn);
      }
    } catch (InterruptedException e) {
      failed.accept(e); // Nobody interrupts this thread.
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    }
  }

  /// @return a requested turn later than `turn`, or 0 where the thread is to end
  private long awaitRequest(long turn) throws InterruptedException {
    lock.lock();
    try {
      while (requestedTurn <= turn && !closed) {
        wanted.await();
      }
      return closed ? 0 : requestedTurn;
    } finally {
      lock.unlock();
    }
  }
}
