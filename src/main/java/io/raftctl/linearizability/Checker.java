package io.raftctl.linearizability;

import io.raftctl.linearizability.Verdict.Illegal;
import io.raftctl.linearizability.Verdict.Lack;
import io.raftctl.linearizability.Verdict.Linearizable;
import io.raftctl.linearizability.Verdict.Unknown;
import io.raftctl.linearizability.search.Search;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/// Judges a history, object by object, as many at once as there are processors.
public final class Checker {
  private final int threads;
  private final long wordsMax;

  /// @param threads how many objects are judged at once
  /// @param bytesMax how much memory all searches together may use
  public Checker(int threads, long bytesMax) {
    this.threads = threads;
    this.wordsMax = bytesMax / Long.BYTES / threads;
  }

  /// Judges the operations on each key.
  ///
  /// @param expired whether the time is up
  /// @return the verdict about the object with the smallest prefix that is not linearizable; where
  ///   there is none, one about an object that nobody knows of; else that all is well
  public Verdict judge(Model<?> model, List<Operation> operations, BooleanSupplier expired)
      throws InterruptedException {
    SortedMap<String, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : operations) {
      byKey.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
    }
    Verdict worst = new Linearizable();
    if (byKey.size() == 1) {
      return judge(model, byKey.firstKey(), operations, expired);
    }
    List<Future<Verdict>> verdicts = new ArrayList<>();
    try (ExecutorService executor =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("check-", 1).factory())) {
      byKey.forEach(
          (key, of) -> verdicts.add(executor.submit(() -> judge(model, key, of, expired))));
      for (Future<Verdict> verdict : verdicts) {
        worst = worse(worst, get(verdict));
      }
    }
    return worst;
  }

  private <S> Verdict judge(
      Model<S> model, String key, List<Operation> operations, BooleanSupplier expired) {
    try {
      return new Search<>(model, operations, wordsMax, expired).run(key);
    } catch (OutOfMemoryError e) {
      return new Unknown(key, Lack.MEMORY);
    }
  }

  private static Verdict get(Future<Verdict> verdict) throws InterruptedException {
    try {
      return verdict.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Verdict worse(Verdict one, Verdict other) {
    if (one instanceof Illegal first && other instanceof Illegal second) {
      return first.unexplained().end() <= second.unexplained().end() ? first : second;
    }
    return rank(one) >= rank(other) ? one : other;
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case Linearizable _ -> 0;
      case Unknown _ -> 1;
      case Illegal _ -> 2;
    };
  }
}
