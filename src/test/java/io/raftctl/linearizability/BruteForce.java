package io.raftctl.linearizability;

import io.raftctl.linearizability.Operation.Fate;
import java.util.ArrayList;
import java.util.List;

/// Tries every order of the operations, by the definition and without a thought.
final class BruteForce {
  private BruteForce() {}

  static <S> boolean isLinearizable(Model<S> model, List<Operation> operations) {
    return explains(
        model,
        model.initial(),
        operations.stream().filter(it -> it.fate() != Fate.NOTHING).toList());
  }

  private static <S> boolean explains(Model<S> model, S state, List<Operation> left) {
    if (left.stream().allMatch(it -> it.fate() == Fate.UNKNOWN)) {
      return true;
    }
    for (Operation next : left) {
      boolean first =
          left.stream().allMatch(other -> other.equals(next) || other.end() >= next.call());
      S after = first ? model.step(state, next) : null;
      if (after != null) {
        List<Operation> rest = new ArrayList<>(left);
        rest.remove(left.indexOf(next));
        if (explains(model, after, rest)) {
          return true;
        }
      }
    }
    return false;
  }
}
