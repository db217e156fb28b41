package io.raftctl.torture.workload;

import io.raftctl.client.Answer;
import io.raftctl.client.ClusterClient;
import io.raftctl.client.Endpoints;
import io.raftctl.client.Outcome;
import io.raftctl.client.Session;
import io.raftctl.client.stream.StreamClient;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import io.raftctl.torture.chart.Timeline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// A client that asks one thing at a time and has it written down.
///
/// It says "done" only where it was told so, and "nothing" only where it was told that the command
/// never will be applied. Where no answer came, what it asked may still happen beside whatever it
/// asks next, so from then on it goes by another number: under one number nobody does two things at
/// once.
///
/// Owned by one thread.
final class Witness implements AutoCloseable {
  /// So long it asks what became of a command, where it has to know.
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private final Endpoints endpoints;
  private final Recorder recorder;
  private final Timeline timeline;
  private final StreamClient client;
  private String number;

  /// What was heard of a command.
  ///
  /// @param fate [Fate#REFUSED] is a negative answer, [Fate#NOTHING] none at all
  /// @param reply what the state machine said, if it did
  record Heard(Fate fate, String reply) {
    boolean done() {
      return fate == Fate.DONE;
    }

    private static Heard of(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Done done -> new Heard(done.ok() ? Fate.DONE : Fate.REFUSED, done.reply());
        case Outcome.NotApplied _ -> new Heard(Fate.NOTHING, "");
        case Outcome.Indeterminate _ -> new Heard(Fate.UNKNOWN, "");
      };
    }
  }

  /// @param patience how long it waits for an answer
  Witness(Endpoints endpoints, Recorder recorder, Timeline timeline, Duration patience) {
    this.endpoints = endpoints;
    this.recorder = recorder;
    this.timeline = timeline;
    this.client = new StreamClient(endpoints, patience);
    this.number = recorder.newClient();
  }

  /// The number that it goes by now.
  String number() {
    return number;
  }

  long now() {
    return recorder.now();
  }

  /// A value that nobody wrote before.
  String newValue() {
    return recorder.newValue();
  }

  /// Submits a command. Nothing is written down.
  Heard submit(String command) throws InterruptedException {
    return Heard.of(ask(command, false));
  }

  /// Reads a key. Nothing is written down.
  Heard read(String key) throws InterruptedException {
    return Heard.of(ask("get " + key, true));
  }

  /// Submits a command and, where no answer comes, asks what became of it; what was not applied by
  /// then never will be. Unknown only where nobody tells. Nothing is written down.
  Heard settled(String command) throws InterruptedException {
    Outcome outcome = ask(command, false);
    if (outcome instanceof Outcome.Indeterminate doubt
        && new ClusterClient(endpoints, SETTLED, new Session())
                .outcome(doubt.requestId(), doubt.since(), true)
            instanceof Answer.Given<Outcome.Fate>(Outcome.Fate fate)) {
      return switch (fate) {
        case Outcome.Fate.Applied(Outcome.Done first) -> Heard.of(first);
        case Outcome.Fate.Cancelled _ -> new Heard(Fate.NOTHING, "");
        case Outcome.Fate.NotApplied _, Outcome.Fate.Forgotten _ -> new Heard(Fate.UNKNOWN, "");
      };
    }
    return Heard.of(outcome);
  }

  /// Reads a key, and writes down what was heard. To have read nothing changes nothing.
  Heard get(String key) throws InterruptedException {
    long call = now();
    Heard heard = read(key);
    switch (heard.fate) {
      case DONE -> testify(Function.GET, key, Value.ABSENT, Value.of(heard.reply), call, Fate.DONE);
      case REFUSED -> testify(Function.GET, key, Value.ABSENT, Value.NIL, call, Fate.DONE);
      case NOTHING, UNKNOWN ->
          testify(Function.GET, key, Value.ABSENT, Value.ABSENT, call, Fate.NOTHING);
    }
    return heard;
  }

  /// Has it written down that something was asked, and what is known of it by now.
  void testify(Function function, String key, Value in, Value out, long call, Fate fate) {
    long end = fate == Fate.UNKNOWN ? Operation.OPEN : now();
    recorder.record(new Operation(number, function, key, in, out, call, end, fate));
    if (fate == Fate.UNKNOWN) {
      number = recorder.newClient();
    }
  }

  private Outcome ask(String command, boolean readOnly) throws InterruptedException {
    long call = now();
    byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    if (readOnly) {
      client.read(bytes, answer::complete);
    } else {
      client.submit(bytes, answer::complete);
    }
    try {
      Outcome outcome = answer.get(); // Which the client's patience bounds.
      if (outcome instanceof Outcome.Done done) {
        timeline.acknowledged(call, now(), done.term());
      }
      return outcome;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
