package io.raftctl.torture.workload;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.History.TimeUnit;
import io.raftctl.linearizability.Operation;
import io.raftctl.torture.chart.RunClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Takes down what all clients ask and hear, and what is broken meanwhile, by one clock. Any thread
/// may call.
public final class Recorder {
  private final RunClock clock;
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger values = new AtomicInteger();
  private final List<Operation> operations = new ArrayList<>(); // Guarded by this.
  private final List<Fault> faults = new ArrayList<>(); // Guarded by this.

  public Recorder(RunClock clock) {
    this.clock = clock;
  }

  long now() {
    return clock.now();
  }

  /// The number of a client that nobody was before.
  String newClient() {
    return Integer.toString(clients.incrementAndGet());
  }

  /// A value that nobody wrote before, so that whoever reads it tells which write it saw.
  String newValue() {
    return Integer.toString(values.incrementAndGet());
  }

  synchronized void record(Operation operation) {
    operations.add(operation);
  }

  public synchronized void fault(String what, long begin, long end) {
    faults.add(new Fault(what, begin, end));
  }

  /// What was taken down since this was asked last.
  public synchronized History take() {
    List<Operation> taken = new ArrayList<>(operations);
    taken.sort(Comparator.comparingLong(Operation::call));
    History history = new History(taken, faults, TimeUnit.NANOS);
    operations.clear();
    faults.clear();
    return history;
  }
}
