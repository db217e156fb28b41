package io.raftctl.linearizability.search;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Verdict;
import io.raftctl.linearizability.Verdict.Attempt;
import io.raftctl.linearizability.Verdict.Illegal;
import io.raftctl.linearizability.Verdict.Lack;
import io.raftctl.linearizability.Verdict.Linearizable;
import io.raftctl.linearizability.Verdict.Unknown;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Looks for an order of the operations on one object that explains all answers, and where there is
/// none, for the smallest prefix that has none ([Exploration] says how it looks).
///
/// A prefix ends with a return. What returns later is open in it: nobody knows yet what it answers.
/// So a history may be past help, by an answer to come, earlier than any of its prefixes shows. The
/// first return that no order passes is where it begins to be; the prefix that ends there, or a
/// longer one, is the smallest that shows it, and from there on all do.
///
/// @param <S> the states of the object
public final class Search<S> {
  private final Model<S> model;
  private final List<Operation> operations;
  private final long wordsMax;
  private final BooleanSupplier expired;

  /// @param operations on one object, by their calls
  /// @param wordsMax how many words of eight bytes it may remember
  /// @param expired whether the time is up; asked now and then
  public Search(
      Model<S> model, List<Operation> operations, long wordsMax, BooleanSupplier expired) {
    this.model = model;
    this.operations = operations.stream().filter(it -> it.fate() != Fate.NOTHING).toList();
    this.wordsMax = wordsMax;
    this.expired = expired;
  }

  /// Searches to the end.
  public Verdict run(String key) {
    Timeline whole = new Timeline(operations);
    Exploration<S> exploration = explore(whole);
    Lack lack = exploration.run();
    if (lack != null) {
      return new Unknown(key, lack);
    }
    if (exploration.found()) {
      return new Linearizable();
    }
    return illegal(key, whole, whole.returnsFrom(exploration.wall()));
  }

  /// @param ends the returns that may end the smallest prefix, in their order; the last one does,
  ///   if no other one does
  private Verdict illegal(String key, Timeline whole, int[] ends) {
    int first = 0;
    int last = ends.length - 1;
    int next = 0; // As a rule it is the first.
    while (first < last) {
      Exploration<S> shorter = explore(whole.upTo(ends[next]));
      if (shorter.run() != null) {
        break; // What is known to be illegal is told, if not the smallest.
      }
      if (shorter.found()) {
        first = next + 1;
      } else {
        last = next;
      }
      next = (first + last) / 2;
    }
    return illegal(key, whole.upTo(ends[last]));
  }

  private Illegal illegal(String key, Timeline prefix) {
    Exploration<S> exploration = explore(prefix);
    exploration.run();
    List<Attempt> attempts = explore(prefix).attemptsAt(exploration.wall());
    int[] byCall = prefix.byCall();
    return new Illegal(
        key,
        prefix.operations(byCall),
        placeOf(prefix.returning(prefix.lastReturn()), byCall),
        attempts.stream().map(attempt -> renumbered(attempt, byCall)).toList());
  }

  private Exploration<S> explore(Timeline timeline) {
    return new Exploration<>(model, timeline, wordsMax, expired);
  }

  private static Attempt renumbered(Attempt attempt, int[] byCall) {
    return new Attempt(
        attempt.order().stream().map(number -> placeOf(number, byCall)).toList(), attempt.state());
  }

  private static int placeOf(int number, int[] byCall) {
    for (int place = 0; place < byCall.length; place++) {
      if (byCall[place] == number) {
        return place;
      }
    }
    throw new IllegalArgumentException("there is no operation " + number);
  }
}
