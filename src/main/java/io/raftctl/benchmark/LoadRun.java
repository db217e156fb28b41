package io.raftctl.benchmark;

import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Puts a load on a cluster and measures how it bears it.
///
/// ```
/// one write -> every key once (if any are read) -> warm-up -> measured time -> what is under way
/// ```
///
/// Only the measured time counts, with the requests that were under way at its end: they are waited
/// for, so that a stall at the end is not lost.
public final class LoadRun {
  /// How a run ended.
  public sealed interface Ending {}

  /// @param result what was measured
  public record Measured(LoadResult result) implements Ending {}

  /// The cluster did not take even one write.
  ///
  /// @param outcome of that write; never done with ok
  public record Refused(Outcome outcome) implements Ending {}

  private final Load load;
  private final Supplier<Duration> nodesCpu;
  private final List<ClosedLoop> loops = new ArrayList<>();
  private final Phases phases;

  private LoadRun(Load load, Supplier<Duration> nodesCpu) {
    this.load = load;
    this.nodesCpu = nodesCpu;
    this.phases = new Phases(load.readsPercent() == 0 ? 0 : load.keys());
  }

  /// Runs the load to its end.
  ///
  /// @param timeout how long one request may take
  /// @param nodesCpu the processor time that the nodes have used so far; zero where nobody knows
  public static Ending run(
      Load load, Endpoints endpoints, Duration timeout, Supplier<Duration> nodesCpu)
      throws InterruptedException {
    List<StreamClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < load.connections(); i++) {
        clients.add(new StreamClient(endpoints, timeout));
      }
      Outcome first = FirstWrite.attempt(clients.getFirst(), new Commands(load, 0).put(0));
      if (!(first instanceof Outcome.Done done && done.ok())) {
        return new Refused(first);
      }
      List<Connection> connections = clients.stream().map(Connection::of).toList();
      return new Measured(new LoadRun(load, nodesCpu).over(connections));
    } finally {
      clients.forEach(StreamClient::close);
    }
  }

  /// The same over connections that are there.
  static LoadResult over(Load load, List<Connection> connections) throws InterruptedException {
    return new LoadRun(load, () -> Duration.ZERO).over(connections);
  }

  private LoadResult over(List<Connection> connections) throws InterruptedException {
    int count = connections.size();
    for (int i = 0; i < count; i++) {
      int clients = load.clients() / count + (i < load.clients() % count ? 1 : 0);
      Commands commands = new Commands(load, i + 1L);
      loops.add(new ClosedLoop(connections.get(i), commands, phases, clients));
    }
    loops.forEach(ClosedLoop::start);
    phases.awaitFilled();
    Thread.sleep(load.warmUp());
    Duration clientCpu = CpuTime.ofThisProcess();
    Duration cpu = nodesCpu.get();
    long start = System.nanoTime();
    phases.measure();
    Thread.sleep(load.time());
    phases.end();
    Duration measured = Duration.ofNanos(System.nanoTime() - start);
    cpu = nodesCpu.get().minus(cpu);
    clientCpu = CpuTime.ofThisProcess().minus(clientCpu);
    for (ClosedLoop loop : loops) {
      loop.awaitEnd();
    }
    return result(measured, clientCpu, cpu);
  }

  private LoadResult result(Duration measured, Duration clientCpu, Duration cpu) {
    Samples writes = new Samples();
    Samples reads = new Samples();
    long gap = 0;
    for (ClosedLoop loop : loops) {
      writes.add(loop.writes());
      reads.add(loop.reads());
      gap = Math.max(gap, loop.longestGapNanos());
    }
    return new LoadResult(load, measured, writes, reads, Duration.ofNanos(gap), clientCpu, cpu);
  }
}
