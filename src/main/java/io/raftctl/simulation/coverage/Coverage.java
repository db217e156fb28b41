package io.raftctl.simulation.coverage;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What seeds have reached together. Owned by the thread that runs them.
public final class Coverage {
  private final BitSet pairs = new BitSet();
  private final EnumSet<Mark> marks = EnumSet.noneOf(Mark.class);
  private final Distinct states = new Distinct();

  public void reach(Mark mark) {
    marks.add(mark);
  }

  /// Reaches it where something has happened at least once.
  public void reach(Mark mark, long times) {
    if (times > 0) {
      marks.add(mark);
    }
  }

  /// A step that had inputs of this kind only.
  ///
  /// @param input null where there were others, too: then nothing is counted
  /// @param consequences the [Consequence#bit()] of each
  void step(RoleKind role, @Nullable InputKind input, int consequences) {
    if (input == null) {
      return;
    }
    int place = (role.ordinal() * InputKind.COUNT + input.ordinal()) * Consequence.COUNT;
    for (int rest = consequences; rest != 0; rest &= rest - 1) {
      pairs.set(place + Integer.numberOfTrailingZeros(rest));
    }
  }

  void state(long hash) {
    states.add(hash);
  }

  /// How many pairs of a role, an input and what the step did were reached.
  public int pairs() {
    return pairs.cardinality();
  }

  public int marks() {
    return marks.size();
  }

  public static int marksKnown() {
    return Mark.values().length;
  }

  /// Those that no seed has reached.
  public List<Mark> marksMissed() {
    return List.copyOf(EnumSet.complementOf(marks));
  }

  /// How many states of the cluster were reached that differ in what matters.
  public int states() {
    return states.size();
  }
}
