package io.raftctl.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Outcome;
import io.raftctl.client.Problem;
import io.raftctl.client.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The closed loop over connections that answer as the test wants.
class LoadRunTest {
  private static final RequestId ID = new RequestId(1, 1);
  private static final Outcome DONE = new Outcome.Done(ID, 1, 1, true, "OK");

  private final List<Answering> connections = new ArrayList<>();

  @AfterEach
  void end() {
    connections.forEach(connection -> connection.thread.interrupt());
  }

  @Test
  void eachClientHasExactlyOneRequestUnderWay() throws InterruptedException {
    LoadResult result = run(LoadTest.load(100, 16, 64, 0), _ -> DONE);
    assertThat(result.done()).isPositive();
    assertThat(result.failed() + result.unknown()).isZero();
    assertThat(result.reads().latencies()).isZero();
    assertThat(result.measured()).isGreaterThanOrEqualTo(result.load().time());
    for (Answering connection : connections) {
      // Eight clients on two connections.
      assertThat(connection.underWayMax).isEqualTo(4);
      assertThat(connection.underWay.get()).isZero();
    }
  }

  @Test
  void readsOnlyKeysThatWereWritten() throws InterruptedException {
    Set<String> written = ConcurrentHashMap.newKeySet();
    LoadResult result =
        run(
            LoadTest.load(500, 16, 4, 90),
            command -> {
              String[] words = command.split(" ");
              if (words[0].equals("put")) {
                written.add(words[1]);
              }
              boolean found = written.contains(words[1]);
              return found ? DONE : new Outcome.Done(ID, 1, 1, false, "(not found)");
            });
    assertThat(written).hasSize(500);
    assertThat(result.reads().done()).isPositive();
    assertThat(result.writes().done()).isPositive();
    assertThat(result.failed()).isZero();
  }

  @Test
  void countsWhatWasNotDone() throws InterruptedException {
    AtomicInteger turn = new AtomicInteger();
    Problem problem = new Problem(Problem.Code.UNAVAILABLE, "no leader", "");
    LoadResult result =
        run(
            LoadTest.load(100, 16, 64, 0),
            _ ->
                switch (turn.getAndIncrement() % 4) {
                  case 0 -> DONE;
                  case 1 -> new Outcome.Done(ID, 1, 1, false, "not understood");
                  case 2 -> new Outcome.NotApplied(ID, problem);
                  default -> new Outcome.Indeterminate(ID, 0, "the stream broke");
                });
    assertThat(result.done()).isPositive();
    assertThat(result.failed()).isBetween(result.unknown(), 3 * result.unknown());
    assertThat(result.unknown()).isPositive();
  }

  private LoadResult run(Load load, Function<String, Outcome> node) throws InterruptedException {
    for (int i = 0; i < load.connections(); i++) {
      connections.add(new Answering(node));
    }
    return LoadRun.over(load, List.copyOf(connections));
  }

  /// Answers on a thread of its own, in order.
  private static final class Answering implements Connection {
    private record Request(String command, Consumer<? super Outcome> done) {}

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Thread thread;
    private volatile int underWayMax;

    Answering(Function<String, Outcome> node) {
      thread = Thread.ofPlatform().daemon().start(() -> answer(node));
    }

    private void answer(Function<String, Outcome> node) {
      try {
        while (true) {
          Request request = requests.take();
          underWayMax = Math.max(underWayMax, underWay.getAndDecrement());
          request.done.accept(node.apply(request.command));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void write(byte[] command, Consumer<? super Outcome> done) {
      underWay.incrementAndGet();
      requests.add(new Request(new String(command, StandardCharsets.US_ASCII), done));
    }

    @Override
    public void read(byte[] command, Consumer<? super Outcome> done) {
      write(command, done);
    }
  }
}
