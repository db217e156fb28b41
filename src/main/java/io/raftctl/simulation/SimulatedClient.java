package io.raftctl.simulation;

import io.raftctl.node.Outcome;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.simulation.client.SimulatedSession;
import io.raftctl.simulation.client.SimulatedWrite;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.judge.Violation;
import io.raftctl.simulation.script.Act;
import io.raftctl.simulation.script.Act.Request;
import io.raftctl.simulation.time.Chance;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.SessionCommand;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A client that sends its writes again wherever it may, until it has an answer or enough of it.
final class SimulatedClient {
  /// The wait before another try is doubled at most so many times.
  private static final int BACKOFF_DOUBLINGS_MAX = 4;

  /// A try that is not answered by then is given up; its answer no longer counts.
  private static final long TRY_MICROS = 1_000_000;

  private final int number;
  private final long seed;
  private final World world;
  private final Workload workload;
  private SimulatedSession session;

  SimulatedClient(int number, long seed, World world, Workload workload) {
    this.number = number;
    this.seed = seed;
    this.world = world;
    this.workload = workload;
    this.session = workload.newSession(Chance.of(seed, "client " + number));
  }

  /// Sends a request.
  ///
  /// @param ended runs once the client waits for it no longer
  void send(Act.Ask ask, Runnable ended) {
    RandomGenerator random = Chance.of(seed, "request " + number + "." + ask.number());
    new Sending(ask, random, ended).begin();
  }

  /// One request, over all tries.
  private final class Sending {
    private final Act.Ask ask;

    /// Draws how this request is sent, and nothing else.
    private final RandomGenerator random;

    private final Runnable ended;

    Sending(Act.Ask ask, RandomGenerator random, Runnable ended) {
      this.ask = ask;
      this.random = random;
      this.ended = ended;
    }

    void begin() {
      if (ask.request() instanceof Request.Get(String key, Consistency consistency)) {
        read(key, consistency);
        return;
      }
      if (random.nextInt(50) == 0) {
        session = workload.newSession(random);
      }
      long floor = workload.answeredIndex();
      send(ask.request() instanceof Request.Put(String key) ? put(key, floor) : incr(floor));
    }

    private SimulatedWrite incr(long floor) {
      String key = "c" + number;
      return SimulatedWrite.incr(session, key, floor, workload.ask(number, "incr", key, 1));
    }

    private SimulatedWrite put(String key, long floor) {
      String value = number + "." + ask.number();
      return SimulatedWrite.put(
          session, key, value, floor, workload.ask(number, "put", key, value));
    }

    private void read(String key, Consistency consistency) {
      // What a stale read shows may be older than any answer so far. A lease rests on clocks.
      boolean mayBeOld =
          consistency == Consistency.STALE
              || (consistency == Consistency.LEASE && world.config().has(Trouble.JUMPS));
      long floor = mayBeOld ? 0 : workload.answeredIndex();
      ClientHistory.Call call = mayBeOld ? null : workload.ask(number, "get", key, null);
      byte[] query = ("get " + key).getBytes(StandardCharsets.UTF_8);
      target()
          .read(
              query,
              consistency,
              heard(
                  outcome -> {
                    if (outcome instanceof Outcome.Done done) {
                      workload.onRead(call, key, floor, done.id().index(), done.reply());
                    } else {
                      workload.onNoRead(call);
                    }
                    ended.run();
                  }));
    }

    private SimulatedNode target() {
      return workload.target(random);
    }

    /// An answer reaches its client after a while, and in an event of its own.
    private Consumer<Outcome> heard(Consumer<Outcome> action) {
      return outcome -> world.after(1 + random.nextLong(2_000), () -> action.accept(outcome));
    }

    private void send(SimulatedWrite write) {
      int attempt = ++write.tries;
      target()
          .submit(
              write.submission(),
              heard(
                  outcome -> {
                    if (attempt == write.tries) {
                      onOutcome(write, outcome);
                    }
                  }));
      world.after(
          TRY_MICROS,
          () -> {
            if (attempt == write.tries) {
              onOutcome(write, new Outcome.Indeterminate("no answer in time"));
            }
          });
    }

    private void onOutcome(SimulatedWrite write, Outcome outcome) {
      write.tries++; // Whatever else is said of this try comes too late.
      switch (outcome) {
        case Outcome.Done done -> {
          workload.onDone(write, done.id().index(), done.reply());
          if (random.nextInt(10) == 0) {
            repeat(write, done);
          } else {
            write.session.settled(write.id);
          }
          ended.run();
        }
        case Outcome.NotLeader _, Outcome.Unavailable _, Outcome.Denied _ -> tryAgain(write);
        case Outcome.Indeterminate _ -> {
          write.doubtful = true;
          tryAgain(write);
        }
        case Outcome.Known known -> {
          Violation.unless(
              known.fate() instanceof Fate.Forgotten,
              "nobody cancelled %s, and it was answered %s",
              write.id,
              known);
          onForgotten(write);
        }
      }
    }

    /// Sent once more although it is done, it must be answered just as it was.
    private void repeat(SimulatedWrite write, Outcome.Done first) {
      Consumer<Outcome> check =
          outcome -> {
            if (outcome instanceof Outcome.Done again) {
              Violation.unless(
                  again.equals(first),
                  "retry: %s was answered %s, then %s",
                  write.id,
                  first,
                  again);
            }
            write.session.settled(write.id);
          };
      target().submit(write.submission(), heard(check));
    }

    /// The session expired. This try has no effect, so without an earlier one there is none at all.
    private void onForgotten(SimulatedWrite write) {
      workload.onExpired();
      if (write.doubtful) {
        workload.onUnknown();
      } else {
        workload.onNeverApplied(write);
      }
      write.session.givenUp(write.id);
      if (session == write.session) {
        session = workload.newSession(random);
      }
      ended.run();
    }

    private void tryAgain(SimulatedWrite write) {
      boolean enough = workload.stopped() || random.nextInt(12) == 0;
      if (!enough) {
        int doublings = Math.min(write.tries / 4, BACKOFF_DOUBLINGS_MAX); // Two for each try.
        world.after(100 + random.nextLong(30_000L << doublings), () -> send(write));
        return;
      }
      write.session.givenUp(write.id);
      if (!write.doubtful) {
        workload.onNeverApplied(write);
      } else if (random.nextBoolean()) {
        cancel(write);
      } else {
        ask(write);
      }
      ended.run();
    }

    /// Makes an end of it: from the answer on, the request has run or never will.
    private void cancel(SimulatedWrite write) {
      SessionCommand cancel = new SessionCommand.Cancel(write.id, write.session.since());
      target()
          .submit(
              cancel,
              heard(
                  outcome -> {
                    if (outcome instanceof Outcome.Known known) {
                      onFate(write, known);
                    } else {
                      workload.onUnknown();
                    }
                  }));
    }

    private void ask(SimulatedWrite write) {
      target()
          .ask(
              write.id,
              write.session.since(),
              heard(
                  outcome -> {
                    if (outcome instanceof Outcome.Known known) {
                      onFate(write, known);
                    } else {
                      workload.onUnknown();
                    }
                  }));
    }

    private void onFate(SimulatedWrite write, Outcome.Known known) {
      switch (known.fate()) {
        case Fate.Applied applied -> workload.onRan(write, applied.at().index(), applied.reply());
        case Fate.Cancelled _ -> workload.onNeverApplied(write);
        case Fate.NotApplied _ -> {
          workload.checkNotApplied(write.id, known.asOf().index());
          workload.onUnknown();
        }
        case Fate.Forgotten _ -> {
          workload.onExpired();
          workload.onUnknown();
        }
      }
    }
  }
}
