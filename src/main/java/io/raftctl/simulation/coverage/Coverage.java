package io.raftctl.simulation.coverage;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What seeds have reached together. Owned by the thread that runs them.
public final class Coverage {
  private final Map<RoleKind, Map<InputKind, Set<Consequence>>> pairs =
      new EnumMap<>(RoleKind.class);
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
  /// @param consequences at least one
  void step(RoleKind role, @Nullable InputKind input, Set<Consequence> consequences) {
    if (input != null) {
      pairs
          .computeIfAbsent(role, _ -> new EnumMap<>(InputKind.class))
          .computeIfAbsent(input, _ -> EnumSet.noneOf(Consequence.class))
          .addAll(consequences);
    }
  }

  void state(long hash) {
    states.add(hash);
  }

  /// How many pairs of a role, an input and what the step did were reached.
  public int pairs() {
    return pairs.values().stream()
        .flatMap(inputs -> inputs.values().stream())
        .mapToInt(Set::size)
        .sum();
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
