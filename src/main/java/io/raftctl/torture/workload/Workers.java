package io.raftctl.torture.workload;

import io.raftctl.client.Endpoints;
import io.raftctl.cluster.ClusterException;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import io.raftctl.torture.chart.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// The clients of a round that do one thing at a time, a thread each.
public final class Workers implements AutoCloseable {
  private static final int CLIENTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Some give up soon, so that outcomes that nobody knows are in the history too.
  private static final Duration IMPATIENCE = Duration.ofMillis(500);

  /// So often a beginning is tried.
  private static final int TRIES = 3;

  private final Workload workload;
  private final List<String> keys;
  private final Witness first;
  private final Routine reader;
  private final List<Witness> witnesses = new ArrayList<>();
  private final List<Routine> routines = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final long nanosBetween;
  private volatile boolean stopped;

  /// @param prefix of the keys, which nobody else may use
  /// @param rate how many things a second they do in all, as far as the cluster lets them
  public Workers(
      Workload workload,
      String prefix,
      int rate,
      Endpoints endpoints,
      Recorder recorder,
      Timeline timeline,
      Random random) {
    this.workload = workload;
    this.nanosBetween = 1_000_000_000L * CLIENTS / Math.max(1, rate);
    this.keys =
        IntStream.rangeClosed(1, workload.keys())
            .mapToObj(it -> prefix + workload.prefix() + it)
            .toList();
    this.first = new Witness(endpoints, recorder, timeline, PATIENCE);
    this.reader = routine(first, new Random(0));
    for (int i = 0; i < CLIENTS; i++) {
      Duration patience = i % 2 == 0 ? PATIENCE : IMPATIENCE;
      Witness witness = new Witness(endpoints, recorder, timeline, patience);
      witnesses.add(witness);
      routines.add(routine(witness, new Random(random.nextLong())));
    }
  }

  private Routine routine(Witness witness, Random random) {
    return switch (workload) {
      case REGISTER -> new RegisterRoutine(witness, keys, random);
      case APPEND -> new AppendRoutine(witness, keys, random);
      case LOCK -> new LockRoutine(witness, keys, random);
      case BANK -> new BankRoutine(witness, keys, random);
    };
  }

  public List<String> keys() {
    return keys;
  }

  /// Makes the objects, and lets the clients loose.
  ///
  /// @throws ClusterException where the objects cannot be made
  public void start() throws ClusterException, InterruptedException {
    for (String key : keys) {
      switch (workload) {
        case REGISTER -> {} // Nothing is there at first.
        case APPEND -> make(key, AppendRoutine.EMPTY);
        case LOCK -> make(key, LockRoutine.FREE);
        case BANK -> {
          long call = first.now();
          make(key, BankRoutine.OPENED);
          Value in = Value.of(BankRoutine.OPENED);
          first.testify(Function.PUT, key, in, Value.ABSENT, call, Fate.DONE);
        }
      }
    }
    for (Routine routine : routines) {
      threads.add(Thread.ofPlatform().daemon().name("worker").start(() -> work(routine)));
    }
  }

  private void make(String key, String value) throws ClusterException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (first.settled("put " + key + " " + value).done()) {
        return;
      }
    }
    throw ClusterException.negative("the cluster did not take 'put " + key + " " + value + "'", "");
  }

  private void work(Routine routine) {
    try {
      while (!stopped) {
        routine.turn();
        LockSupport.parkNanos(nanosBetween);
      }
      routine.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody waits for this thread any more.
    }
  }

  /// Waits until every client has its last answer.
  public void finish() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /// Reads back what the clients wrote, for the history; in peace, when they have finished.
  public void readBack() throws InterruptedException {
    reader.readBack();
  }

  /// What some client found that no history would show.
  public Optional<String> broken() {
    return routines.stream().flatMap(it -> it.broken().stream()).findFirst();
  }

  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
    witnesses.forEach(Witness::close);
    first.close();
  }
}
