package io.raftctl.node.time;

import io.raftctl.raft.Input;
import java.util.List;

/// Turns the clock into ticks. Nobody is woken for a tick on which nothing is due: those that
/// passed meanwhile are told together at the next turn, because most of what an idle node costs is
/// to be woken.
///
/// Time in which this process did not run is no sign that the leader is dead. So ticks that come
/// later than the node wanted to be woken are gone; and the tick on which something falls due is
/// told after what has arrived, which may say that it is not due any more.
///
/// Times are those of `System.nanoTime`, or of a simulated clock. Owned by the loop's thread.
public final class Ticks {
  private final long tickNanos;

  /// When the last tick that was told, or that is gone, was over.
  private long toldNanos;

  public Ticks(long tickNanos, long nowNanos) {
    this.tickNanos = tickNanos;
    this.toldNanos = nowNanos;
  }

  /// How long until so many ticks have passed that were not told yet; zero or less where they have.
  public long nanosTo(int count, long nowNanos) {
    return toldNanos + count * tickNanos - nowNanos;
  }

  /// Adds to `inputs` what has arrived, and the ticks that have passed.
  ///
  /// @param spare something falls due on this tick from the last one told on, and on none before
  public void weave(List<Input> arrived, int spare, long nowNanos, List<Input> inputs) {
    long passed = (nowNanos - toldNanos) / tickNanos;
    boolean due = passed >= spare;
    for (long tick = 1; tick <= passed && tick < spare; tick++) {
      inputs.add(new Input.Tick());
    }
    inputs.addAll(arrived);
    if (due) {
      inputs.add(new Input.Tick());
    }
    toldNanos = passed > spare ? nowNanos : toldNanos + passed * tickNanos;
  }
}
