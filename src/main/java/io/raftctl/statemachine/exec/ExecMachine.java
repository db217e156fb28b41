package io.raftctl.statemachine.exec;

import io.raftctl.statemachine.MachineLostException;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A program as the replicated state machine.
///
/// It is asked one thing at a time and waited for without a limit: whether it hangs or thinks,
/// nobody can tell, so an operator is told and nothing is decided by a clock. When it ends,
/// whatever it held is lost; the next call starts it again, after a pause that doubles while it
/// gets nowhere, and the caller has the commands applied once more.
///
/// One thread calls the methods of [StateMachine], but for [#read] and [#close].
public final class ExecMachine implements StateMachine {
  private static final long PAUSE_MILLIS_FIRST = 100;
  private static final long PAUSE_MILLIS_MAX = 10_000;

  /// A program that has lived so long, and has got further, is no part of a storm.
  private static final long CALM_NANOS = 10_000_000_000L;

  private final ExecSettings settings;
  private final Consumer<String> log;
  private final Dialect dialect;
  private final Replies replies = new Replies();
  private final Health health = new Health();
  private final Object monitor = new Object();

  private volatile @Nullable Program program;
  private volatile Abilities abilities = Abilities.NONE;
  private volatile boolean greeted;
  private volatile boolean closed;

  // The applying thread's.
  private @Nullable ExecState base;
  private boolean changed;
  private long term;
  private long highest;
  private long highestAtLastEnd;
  private long startedNanos;
  private int failures;

  /// @param log takes lines for the operator, on any thread
  public ExecMachine(ExecSettings settings, Consumer<String> log) {
    this.settings = settings;
    this.log = log;
    this.dialect = Dialect.of(settings.protocol());
  }

  @FunctionalInterface
  private interface Question<T> {
    T put(Program program) throws ProgramEndedException, InterruptedException;
  }

  @Override
  public boolean outside() {
    return true;
  }

  @Override
  public boolean savable() {
    return abilities.snapshots();
  }

  /// Why it answers no reads, or null where it does.
  public @Nullable String refusesReads() {
    if (abilities.queries()) {
      return null;
    }
    return settings.protocol() == Protocol.JSONL && !greeted
        ? "the program that is the state machine has not started yet"
        : "the program that is the state machine answers no reads";
  }

  /// What it replied, to be held against what other nodes' programs did.
  public Replies replies() {
    return replies;
  }

  /// How it fares.
  public Health health() {
    return health;
  }

  @Override
  public void termBegins(long begun) {
    term = begun;
  }

  @Override
  public Reply apply(long index, byte[] command) {
    Reply reply = ask(index, running -> dialect.apply(running, term, index, command));
    changed = true;
    highest = Math.max(highest, index);
    health.reached(index);
    String before = replies.put(index, reply);
    if (before != null) {
      health.differs(
          log,
          "replayed, it replied '%s' to entry %d, and '%s' before"
              .formatted(replies.text(index), index, before));
    }
    return reply;
  }

  @Override
  public Reply query(byte[] command) {
    return abilities.queries()
        ? ask(0, running -> dialect.query(running, command))
        : Reply.no("the program that is the state machine answers no reads; submit the command");
  }

  @Override
  public void idle() {
    Program running = program;
    if (running == null) {
      started();
    } else if (running.ended()) {
      throw lost(running, "it ended while it had nothing to do");
    } else {
      health.idle();
    }
  }

  @Override
  public State state() {
    if (!changed && base != null) {
      return base;
    }
    return new ExecState(ask(0, dialect::save));
  }

  @Override
  public State read(InputStream written) throws IOException {
    if (settings.protocol() == Protocol.LINES) {
      throw new IOException(
          "a program that is told lines takes no snapshot back; use --exec-protocol jsonl");
    }
    return ExecState.read(written);
  }

  /// Only a program that has run nothing takes a state: what runs now is ended.
  @Override
  public void restore(State state) {
    base = (ExecState) state;
    changed = false;
    Program running = program;
    if (running != null) {
      running.close();
      program = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    synchronized (monitor) {
      monitor.notifyAll();
    }
    Program running = program;
    if (running != null) {
      running.close();
    }
  }

  private <T> T ask(long index, Question<T> question) {
    Program running = started();
    health.asked(index);
    try {
      return question.put(running);
    } catch (ProgramEndedException e) {
      throw lost(running, e.getMessage() + (index == 0 ? "" : ", at entry " + index));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw lost(running, "interrupted");
    } finally {
      health.answered();
    }
  }

  /// The program, started if it has to be, however often that takes.
  private Program started() {
    Program running = program;
    while (running == null) {
      pause();
      Program fresh = null;
      try {
        fresh = Program.start(settings, log);
        program = fresh;
        startedNanos = System.nanoTime();
        if (closed) {
          throw new ProgramEndedException("the node stops");
        }
        greet(fresh);
        running = fresh;
        health.started(fresh::pid);
      } catch (ProgramEndedException e) {
        note(fresh, String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw lost(Objects.requireNonNull(fresh), "interrupted");
      }
    }
    return running;
  }

  private void greet(Program fresh) throws ProgramEndedException, InterruptedException {
    health.asked(0);
    try {
      abilities = dialect.greet(fresh, settings);
      greeted = true;
      if (base != null) {
        dialect.restore(fresh, base.text());
      }
    } finally {
      health.answered();
    }
  }

  private MachineLostException lost(Program running, String why) {
    note(running, why);
    changed = false;
    return new MachineLostException(why);
  }

  /// The program is of no use any more: takes note, and plans how long to wait before the next.
  private void note(@Nullable Program ended, String why) {
    if (ended != null) {
      ended.close();
    }
    program = null;
    boolean calm = highest > highestAtLastEnd && System.nanoTime() - startedNanos >= CALM_NANOS;
    highestAtLastEnd = highest;
    failures = calm ? 0 : failures + 1;
    if (!closed) {
      health.ended(why);
      log.accept(
          "the program is lost: %s; it is started again%s and told everything once more"
              .formatted(why, pauseMillis() == 0 ? "" : " in " + pauseMillis() + " ms"));
    }
  }

  private long pauseMillis() {
    return failures == 0
        ? 0
        : Math.min(PAUSE_MILLIS_MAX, PAUSE_MILLIS_FIRST << Math.min(20, failures - 1));
  }

  private void pause() {
    long end = System.nanoTime() + pauseMillis() * 1_000_000;
    synchronized (monitor) {
      for (long left = end - System.nanoTime();
          left > 0 && !closed;
          left = end - System.nanoTime()) {
        try {
          monitor.wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          closed = true;
        }
      }
    }
    if (closed) {
      throw new MachineLostException("the node stops");
    }
  }
}
