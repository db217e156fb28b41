package io.raftctl.simulation.time;

import java.util.PriorityQueue;

/// The time of the simulated world: a queue of what happens when. Nothing runs in parallel; what is
/// due at the same microsecond runs in the order in which it was planned, and what somebody does to
/// the world from outside runs behind all of it: so a script that says when he did it gives the
/// same run.
public final class Schedule {
  private record Event(long micros, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return micros != other.micros
          ? Long.compare(micros, other.micros)
          : Long.compare(order, other.order);
    }
  }

  /// Added to the order of what comes from outside.
  private static final long BEHIND_ALL = 1L << 62;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowMicros;
  private long planned;
  private long done;

  public long nowMicros() {
    return nowMicros;
  }

  /// How many events have happened.
  public long done() {
    return done;
  }

  /// Plans `action` for `delayMicros` from now.
  public void after(long delayMicros, Runnable action) {
    events.add(new Event(nowMicros + delayMicros, planned++, action));
  }

  /// Plans something that somebody does from outside.
  public void fromOutside(long delayMicros, Runnable action) {
    events.add(new Event(nowMicros + delayMicros, BEHIND_ALL + planned++, action));
  }

  /// Lets the next event happen.
  ///
  /// @return false where nothing is planned up to `untilMicros`
  public boolean runNext(long untilMicros) {
    if (events.isEmpty() || events.peek().micros > untilMicros) {
      nowMicros = Math.max(nowMicros, untilMicros);
      return false;
    }
    Event event = events.remove();
    nowMicros = event.micros;
    done++;
    event.action.run();
    return true;
  }
}
