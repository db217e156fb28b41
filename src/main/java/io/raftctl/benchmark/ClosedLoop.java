package io.raftctl.benchmark;

import io.raftctl.client.Outcome;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// Clients that share a connection. Each has exactly one request under way, and begins the next one
/// in the moment in which it hears of the last one.
///
/// So a cluster that stalls is asked less while it stalls: each client then meets one long latency
/// and not the many that a steady stream of requests would have met (coordinated omission). The
/// longest gap between two answers shows what percentiles hide of that.
///
/// All callbacks come from one thread, which owns what is counted until [#awaitEnd] has returned.
final class ClosedLoop {
  private final Connection connection;
  private final Commands commands;
  private final Phases phases;
  private final CountDownLatch running;
  private final Samples writes = new Samples();
  private final Samples reads = new Samples();

  /// When the last answer of the measured time came, or 0.
  private long answeredNanos;

  private long longestGapNanos;

  ClosedLoop(Connection connection, Commands commands, Phases phases, int clients) {
    this.connection = connection;
    this.commands = commands;
    this.phases = phases;
    this.running = new CountDownLatch(clients);
  }

  /// Sends the first request of each client.
  void start() {
    // Drawn here and not when the first answers come: those come on another thread.
    Client[] clients = new Client[(int) running.getCount()];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client();
      clients[i].prepare();
    }
    for (Client client : clients) {
      client.send();
    }
  }

  /// Returns once every client has heard of its last request.
  void awaitEnd() throws InterruptedException {
    running.await();
  }

  Samples writes() {
    return writes;
  }

  Samples reads() {
    return reads;
  }

  /// The longest time within the measured one without an answer.
  long longestGapNanos() {
    return longestGapNanos;
  }

  private void answeredAt(long now) {
    if (phases.isMeasuring()) {
      if (answeredNanos != 0) {
        longestGapNanos = Math.max(longestGapNanos, now - answeredNanos);
      }
      answeredNanos = now;
    }
  }

  private final class Client implements Consumer<Outcome> {
    private byte[] command = new byte[0];
    private boolean reading;
    private boolean filling;
    private long begunNanos;

    private void prepare() {
      int unwritten = phases.nextUnwritten();
      filling = unwritten >= 0;
      reading = !filling && commands.drawRead();
      int key = filling ? unwritten : commands.drawKey();
      command = reading ? commands.get(key) : commands.put(key);
    }

    private void send() {
      begunNanos = System.nanoTime();
      if (reading) {
        connection.read(command, this);
      } else {
        connection.write(command, this);
      }
    }

    @Override
    public void accept(Outcome outcome) {
      long now = System.nanoTime();
      answeredAt(now);
      if (phases.isMeasuring() || phases.isEnding()) {
        count(outcome, now - begunNanos);
      }
      if (filling) {
        phases.filledOne();
      }
      if (phases.isEnding()) {
        running.countDown();
      } else {
        prepare();
        send();
      }
    }

    private void count(Outcome outcome, long nanos) {
      Samples samples = reading ? reads : writes;
      switch (outcome) {
        case Outcome.Done done when done.ok() -> samples.addDone(nanos, phases.isMeasuring());
        case Outcome.Done _ -> samples.addFailed();
        case Outcome.NotApplied _ -> samples.addFailed();
        case Outcome.Indeterminate _ -> samples.addUnknown();
      }
    }
  }
}
