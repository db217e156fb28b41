package io.raftctl.simulation.time;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32C;

/// What happened, as a hash of everything and the last lines in full: two runs of a seed have the
/// same hash, and a failure shows how it came about.
public final class Trace {
  private static final int LINES_KEPT = 60;

  private final Schedule schedule;
  private final Deque<String> last = new ArrayDeque<>();
  private final CRC32C crc = new CRC32C();
  private long hash;

  public Trace(Schedule schedule) {
    this.schedule = schedule;
  }

  /// Notes one event.
  public void add(String what) {
    String line = "%10.3f ms  %s".formatted(schedule.nowMicros() / 1000.0, what);
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    mix(crc.getValue());
    last.addLast(line);
    if (last.size() > LINES_KEPT) {
      last.removeFirst();
    }
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
}
