package io.raftctl.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.Demand;
import io.raftctl.storage.LogStore;
import io.raftctl.testing.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a turn promised leaves when it is told here that the turn is synced.
class SyncThreadTest {
  private final SlowStore store = new SlowStore();
  private final Queue<Long> synced = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final SyncThread thread =
      new SyncThread("sync", store, synced::add, failures::add, new NodeCounters());

  @AfterEach
  void stop() throws InterruptedException {
    store.ends.release(100);
    thread.close();
  }

  @Test
  void aTurnIsSyncedWhenTheSyncHasEndedAndNotBefore() {
    thread.start();
    thread.request(1);
    Await.until("the sync begins", () -> store.begun.get() == 1);
    assertThat(synced).isEmpty();
    store.ends.release();
    Await.until("the turn is told", () -> !synced.isEmpty());
    assertThat(synced).containsExactly(1L);
  }

  /// A sync may have passed what is written during it, so that waits for the next one.
  @Test
  void turnsThatComeDuringASyncShareTheNextOne() {
    thread.start();
    thread.request(1);
    Await.until("the sync begins", () -> store.begun.get() == 1);
    thread.request(2);
    thread.request(3);
    store.ends.release();
    Await.until("the next sync begins", () -> store.begun.get() == 2);
    assertThat(synced).containsExactly(1L);
    store.ends.release();
    Await.until("both turns are told", () -> synced.size() == 2);
    assertThat(synced).containsExactly(1L, 3L);
    assertThat(store.begun).hasValue(2);
  }

  @Test
  void afterASyncThatFailedNoTurnIsSyncedAnyMore() {
    store.failure = new IllegalStateException("the disk is ill");
    thread.start();
    thread.request(1);
    store.ends.release();
    Await.until("the failure is told", () -> !failures.isEmpty());
    store.failure = null;
    thread.request(2);
    store.ends.release(100);
    assertThat(failures).extracting(Throwable::getMessage).containsExactly("the disk is ill");
    assertThat(synced).isEmpty();
    assertThat(store.begun).hasValue(1);
  }

  /// A store whose syncs end when the test wants it.
  private static final class SlowStore implements LogStore {
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore ends = new Semaphore(0);
    private volatile @Nullable RuntimeException failure;

    @Override
    public void sync() {
      begun.incrementAndGet();
      ends.acquireUninterruptibly();
      RuntimeException now = failure;
      if (now != null) {
        throw now;
      }
    }

    @Override
    public HardState hardState() {
      return HardState.INITIAL;
    }

    @Override
    public TermRuns terms() {
      return new TermRuns();
    }

    @Override
    public List<Entry> read(long from, long to, long bytesMax) {
      return List.of();
    }

    @Override
    public void write(@Nullable HardState hardState, List<Entry> entries) {}

    @Override
    public void repair(List<Entry> entries) {}

    @Override
    public Room reserve(Demand demand) {
      return Room.AMPLE;
    }

    @Override
    public boolean startsAnew() {
      return true;
    }

    @Override
    public void makeRoom() {}

    @Override
    public boolean giveUpSpares() {
      return false;
    }

    @Override
    public void startAfter(EntryId last) {}

    @Override
    public void compact(long last) {}

    @Override
    public void close() {}
  }
}
