package io.raftctl.cluster.observed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Does for all nodes at once what waits for each of them.
public final class Together {
  private Together() {}

  /// What the tasks come to, in their order; fewer of them where this thread is interrupted.
  public static <T> List<T> run(List<Callable<T>> tasks) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> task : tasks.stream().map(threads::submit).toList()) {
        try {
          results.add(task.get());
        } catch (ExecutionException e) {
          throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return results;
    }
  }
}
