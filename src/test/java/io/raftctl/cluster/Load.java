package io.raftctl.cluster;

import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.stream.StreamClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Clients that put, each one command at a time and never the same one twice, and that remember
/// every answer.
final class Load implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final StreamClient client;
  private final String name = Long.toHexString(System.nanoTime());
  private final AtomicLong sequence = new AtomicLong();
  private final Map<String, Long> done = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> notApplied = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> unknown = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  Load(Endpoints endpoints, int clients) {
    client = new StreamClient(endpoints, TIMEOUT);
    for (int i = 0; i < clients; i++) {
      next();
    }
  }

  long acknowledged() {
    return done.size();
  }

  /// Ends the clients and tells what they know.
  AcknowledgedWrites stop() {
    close();
    return new AcknowledgedWrites(Map.copyOf(done), List.copyOf(notApplied), List.copyOf(unknown));
  }

  @Override
  public void close() {
    stopped = true;
    client.close();
  }

  private void next() {
    String command = "put " + name + "-" + sequence.incrementAndGet() + " x";
    client.submit(command.getBytes(StandardCharsets.UTF_8), outcome -> answered(command, outcome));
  }

  private void answered(String command, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done ok -> done.put(command, ok.index());
      case Outcome.NotApplied _ -> notApplied.add(command);
      case Outcome.Indeterminate _ -> unknown.add(command);
    }
    if (!stopped) {
      next();
    }
  }
}
