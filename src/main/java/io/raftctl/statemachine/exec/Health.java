package io.raftctl.statemachine.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// How a program fares, for the operator. Any thread may call it.
public final class Health {
  /// Whoever answers within this time does not hang.
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private static final long SECOND = 1_000_000_000L;

  private boolean asking;
  private long askedNanos;
  private long askedIndex;

  /// Asked late: a shell starts what answers a moment after it was started itself.
  private LongSupplier process = () -> 0;

  private long reached;
  private long highest;
  private int ends;
  private String lastEnd = "";
  private boolean down = true;
  private boolean silenceTold;
  private String difference = "";

  /// @param process the one that answers now
  synchronized void started(LongSupplier process) {
    this.process = process;
    down = false;
  }

  synchronized void asked(long index) {
    asking = true;
    askedNanos = System.nanoTime();
    askedIndex = index;
  }

  synchronized void answered() {
    asking = false;
  }

  synchronized void reached(long index) {
    reached = index;
    highest = Math.max(highest, index);
  }

  /// Nothing is left to tell it.
  synchronized void idle() {
    reached = highest;
  }

  synchronized void ended(String why) {
    down = true;
    ends++;
    lastEnd = why;
    reached = 0;
  }

  /// Takes note that replies differ. Only the first difference counts: what comes after it follows
  /// from it.
  public void differs(Consumer<String> log, String what) {
    synchronized (this) {
      if (!difference.isEmpty()) {
        return;
      }
      difference = what;
    }
    log.accept("replies differ: " + what + "; the program is not deterministic");
  }

  /// Whether a difference was found.
  public synchronized boolean differs() {
    return !difference.isEmpty();
  }

  /// Says on the log, once, that the program does not answer, or that it does again.
  public void tellSilence(Consumer<String> log) {
    String line = "";
    synchronized (this) {
      boolean silent = silent();
      if (silent && !silenceTold) {
        line = "the program gives " + silence() + "; nothing more is applied until it does";
      } else if (!silent && silenceTold) {
        line = "the program answers again";
      }
      silenceTold = silent;
    }
    if (!line.isEmpty()) {
      log.accept(line);
    }
  }

  private boolean silent() {
    return asking && System.nanoTime() - askedNanos > PATIENCE_NANOS;
  }

  private String silence() {
    String what = askedIndex == 0 ? "" : " to entry " + askedIndex;
    return "no reply" + what + " for " + (System.nanoTime() - askedNanos) / SECOND + "s";
  }

  /// One line: what it does, and what is wrong with it.
  public synchronized String text() {
    List<String> parts = new ArrayList<>();
    if (!difference.isEmpty()) {
      parts.add("replies differ: " + difference);
    }
    if (silent()) {
      parts.add(silence() + " by process " + process.getAsLong());
    } else if (down) {
      parts.add(lastEnd.isEmpty() ? "starting" : "restarting, end " + ends + ": " + lastEnd);
    } else if (reached < highest) {
      parts.add("replaying, at entry " + reached + " of " + highest);
    } else {
      parts.add("runs as process " + process.getAsLong());
    }
    return String.join("; ", parts);
  }
}
