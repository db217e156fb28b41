package io.raftctl.torture.workload;

import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Takes a lock, holds it for a moment, and gives it back. A lock is a text: its holder, or that it
/// is free.
///
/// A client that does not know whether it holds a lock would keep all others from it for good, so
/// here it asks until it knows.
final class LockRoutine extends Routine {
  static final String FREE = "free";

  private static final int HELD_MICROS_MAX = 10_000;

  private @Nullable String held;

  LockRoutine(Witness witness, List<String> keys, Random random) {
    super(witness, keys, random);
  }

  @Override
  void turn() throws InterruptedException {
    if (held == null) {
      lock(anyKey());
    } else {
      LockSupport.parkNanos(random.nextInt(HELD_MICROS_MAX) * 1000L);
      unlock(held);
    }
  }

  @Override
  void end() throws InterruptedException {
    if (held != null) {
      unlock(held);
    }
  }

  /// Tries to take every lock once. One that nobody is known to hold may still be held, by a client
  /// that was never told; one that is taken twice shows in the history.
  @Override
  void readBack() throws InterruptedException {
    for (String key : keys) {
      lock(key);
    }
  }

  private void lock(String key) throws InterruptedException {
    long call = witness.now();
    Witness.Heard heard = witness.settled("cas " + key + " " + FREE + " " + witness.number());
    held = heard.done() ? key : null;
    Fate fate = heard.fate() == Fate.REFUSED ? Fate.NOTHING : heard.fate();
    witness.testify(Function.LOCK, key, Value.ABSENT, Value.ABSENT, call, fate);
  }

  private void unlock(String key) throws InterruptedException {
    long call = witness.now();
    String me = witness.number();
    Witness.Heard heard = witness.settled("cas " + key + " " + me + " " + FREE);
    switch (heard.fate()) {
      case DONE, UNKNOWN -> held = null;
      case NOTHING -> {} // It still holds it, and tries again.
      case REFUSED -> {
        held = null;
        broken("client %s held %s, which says now: %s".formatted(me, key, heard.reply()));
      }
    }
    Fate fate = heard.fate() == Fate.REFUSED ? Fate.NOTHING : heard.fate();
    witness.testify(Function.UNLOCK, key, Value.ABSENT, Value.ABSENT, call, fate);
  }
}
