package io.raftctl.torture.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// When clients were answered, how long they had waited, and by whose term. Times are nanoseconds
/// of the run's clock. Any thread may call.
public final class Timeline {
  /// A part of the run in which every answer counts alike.
  private static final long SLICE_NANOS = 100_000_000;

  private final List<Slice> slices = new ArrayList<>(); // Guarded by this.
  private final List<LeaderChange> leaderChanges = new ArrayList<>(); // Guarded by this.
  private long termMax; // Guarded by this.

  /// The first answer of a term.
  public record LeaderChange(long at, long term) {}

  /// A tenth of a second.
  ///
  /// @param answers how many commands and reads were answered
  /// @param medianMicros, p99Micros, maxMicros how long their clients had waited; 0 where there is
  ///   none
  public record Point(long at, int answers, int medianMicros, int p99Micros, int maxMicros) {}

  private static final class Slice {
    private int[] micros = new int[16];
    private int count;

    void add(int waited) {
      if (count == micros.length) {
        micros = Arrays.copyOf(micros, 2 * count);
      }
      micros[count] = waited;
      count++;
    }

    Point at(long begin) {
      int[] sorted = Arrays.copyOf(micros, count);
      Arrays.sort(sorted);
      return count == 0
          ? new Point(begin, 0, 0, 0, 0)
          : new Point(
              begin,
              count,
              sorted[(count - 1) / 2],
              sorted[(int) ((count - 1) * 0.99)],
              sorted[count - 1]);
    }
  }

  /// A client was told that its command was applied, or what it had asked for.
  ///
  /// @param term of the entry that the answer rests on
  public synchronized void acknowledged(long call, long end, long term) {
    int slice = (int) (end / SLICE_NANOS);
    while (slices.size() <= slice) {
      slices.add(new Slice());
    }
    slices.get(slice).add((int) Math.min(Integer.MAX_VALUE, (end - call) / 1000));
    if (term > termMax) {
      termMax = term;
      leaderChanges.add(new LeaderChange(end, term));
    }
  }

  /// The whole run so far, a tenth of a second each.
  public synchronized List<Point> points() {
    List<Point> points = new ArrayList<>(slices.size());
    for (Slice slice : slices) {
      points.add(slice.at(points.size() * SLICE_NANOS));
    }
    return points;
  }

  public synchronized List<LeaderChange> leaderChanges() {
    return List.copyOf(leaderChanges);
  }
}
