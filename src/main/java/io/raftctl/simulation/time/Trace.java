package io.raftctl.simulation.time;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What happened, as a hash of everything and the last lines in full: two runs of a seed have the
/// same hash, and a failure shows how it came about.
public final class Trace {
  /// Something that happened.
  ///
  /// @param what told by its [Object#toString()], once somebody wants to read it
  private record Event(long micros, Object what) {
    String line() {
      return Trace.line(micros, what);
    }
  }

  /// How wide the whole milliseconds of a line are at least.
  private static final int MILLIS_WIDTH = 6;

  private static final int LINES_KEPT = 60;
  private static final int EVENTS_KEPT = 12;

  private final Schedule schedule;
  private final Deque<String> last = new ArrayDeque<>();

  /// By node: what happened there last.
  private final SortedMap<String, Deque<Event>> lastOf = new TreeMap<>();

  private final @Nullable Consumer<String> reader;
  private final CRC32C crc = new CRC32C();
  private long hash;

  /// @param reader is told every event in a line; null where nobody wants to hear it
  public Trace(Schedule schedule, @Nullable Consumer<String> reader) {
    this.schedule = schedule;
    this.reader = reader;
  }

  private static String line(long micros, Object what) {
    String millis = Long.toString(micros / 1000);
    String rest = Long.toString(1000 + micros % 1000).substring(1);
    return " ".repeat(Math.max(0, MILLIS_WIDTH - millis.length()))
        + millis
        + '.'
        + rest
        + " ms  "
        + what;
  }

  /// Notes one event of the world.
  public void add(String what) {
    tell("-", what);
    hash(what);
  }

  private void hash(String what) {
    String line = line(schedule.nowMicros(), what);
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    mix(crc.getValue());
    last.addLast(line);
    if (last.size() > LINES_KEPT) {
      last.removeFirst();
    }
  }

  /// Notes one event of a node.
  public void add(String node, String what) {
    hash(what);
    keep(node, what);
  }

  /// Tells the reader of an event, and keeps nothing.
  ///
  /// @param who a node, a client, or `-`
  /// @param what tells itself as a text
  public void tell(String who, Object what) {
    if (reader != null) {
      reader.accept(line(schedule.nowMicros(), "%-9s %s".formatted(who, what)));
    }
  }

  /// Keeps what happened at a node for those who ask what came last; the hash is without it.
  ///
  /// @param what tells itself as a text, and does not change
  public void keep(String node, Object what) {
    tell(node, what);
    Deque<Event> events = lastOf.computeIfAbsent(node, _ -> new ArrayDeque<>());
    if (events.size() >= EVENTS_KEPT) {
      events.removeFirst();
    }
    events.addLast(new Event(schedule.nowMicros(), what));
  }

  /// Notes something that shows in the hash only.
  public void mix(long value) {
    hash = (hash ^ schedule.nowMicros() ^ value) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 32;
  }

  public long hash() {
    return hash;
  }

  public List<String> lastLines() {
    return new ArrayList<>(last);
  }

  /// What happened last at a node, oldest first.
  public List<String> lastLines(String node) {
    return lastOf.getOrDefault(node, new ArrayDeque<>()).stream().map(Event::line).toList();
  }
}
