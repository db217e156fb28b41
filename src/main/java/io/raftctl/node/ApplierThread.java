package io.raftctl.node;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Repeats the steps of an [ApplierBeside]: whenever there is work, and now and then without.
final class ApplierThread {
  private final Semaphore work = new Semaphore(0);
  private final Consumer<Throwable> failed;
  private final String name;
  private volatile boolean stopped;
  private @Nullable Thread thread;

  /// @param failed hears what ended the thread
  ApplierThread(String name, Consumer<Throwable> failed) {
    this.name = name;
    this.failed = failed;
  }

  /// There is something to do.
  void wake() {
    work.release();
  }

  void start(BooleanSupplier step) {
    thread = Thread.ofPlatform().name(name).daemon().start(() -> run(step));
  }

  private void run(BooleanSupplier step) {
    try {
      while (!stopped) {
        if (!step.getAsBoolean() && work.tryAcquire(1, TimeUnit.SECONDS)) {
          work.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      failed.accept(e); // Nobody interrupts this thread.
    } catch (RuntimeException | Error e) {
      if (!stopped) {
        failed.accept(e);
      }
    }
  }

  /// Ends after the step under way.
  void stop() {
    stopped = true;
    wake();
  }

  void join() throws InterruptedException {
    if (thread != null) {
      thread.join();
    }
  }
}
