package io.raftctl.client.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks several endpoints the same at once, and hands out the answers as they come.
///
/// One thread uses it. Whatever has not answered when it is closed is given up.
public final class Poll implements AutoCloseable {
  public record Reply(Endpoint endpoint, Exchange.Result result) {}

  private final String path;
  private final Deadline deadline;
  private final List<Exchange> started = new ArrayList<>();
  private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
  private int pending;

  public Poll(String path, Deadline deadline) {
    this.path = path;
    this.deadline = deadline;
  }

  public void ask(Endpoint endpoint) {
    Exchange exchange = Exchange.start(endpoint, path, null, deadline);
    started.add(exchange);
    pending++;
    var _ = exchange.result().thenAccept(result -> replies.add(new Reply(endpoint, result)));
  }

  /// How many have yet to answer.
  public int pending() {
    return pending;
  }

  /// The next answer, or null where none comes within `wait` and the deadline.
  public @Nullable Reply next(Duration wait) {
    try {
      Duration left = deadline.atMost(wait).remaining();
      Reply reply = replies.poll(left.toNanos(), TimeUnit.NANOSECONDS);
      pending -= reply == null ? 0 : 1;
      return reply;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() {
    for (Exchange exchange : started) {
      if (!exchange.result().isDone()) {
        exchange.giveUp("no longer needed");
      }
    }
  }
}
