package io.raftctl.linearizability.search;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An order of some operations that explains their answers, and what has been tried after each of
/// its parts.
///
/// @param <S> the states of the object
final class Order<S> {
  /// One operation in the order, or none at its begin.
  private final class Part {
    final int taken;
    final S state;

    /// Taken without an alternative, as a read is: no place to come back to.
    final boolean forced;

    /// The last answered operation that is in the order by now.
    final int last;

    /// What may come next, the most urgent first; null until somebody asks.
    int @Nullable [] candidates;

    int tried;

    Part(int taken, S state, boolean forced, int last) {
      this.taken = taken;
      this.state = state;
      this.forced = forced;
      this.last = last;
    }
  }

  private static final int NONE = -1;

  private final Model<S> model;
  private final Timeline timeline;
  private final List<Part> parts = new ArrayList<>();

  /// Of each operation, whether it is in the order.
  private final long[] taken;

  /// All answered operations before this one are in it.
  private int firstMissing;

  /// How many answered operations are not in it.
  private int missing;

  /// Of each open operation, the last one like it that was called before; or none.
  private final int[] alike;

  private long[] words = new long[16];
  private final long[] open;

  Order(Model<S> model, Timeline timeline) {
    this.model = model;
    this.timeline = timeline;
    this.taken = new long[(timeline.size() + 63) / 64];
    this.missing = timeline.answered();
    this.open = new long[taken.length - timeline.answered() / 64];
    this.alike = new int[timeline.size()];
    for (int i = timeline.answered(); i < timeline.size(); i++) {
      alike[i] = lastAlike(i);
    }
    parts.add(new Part(NONE, model.initial(), false, NONE));
  }

  private int lastAlike(int open) {
    for (int i = open - 1; i >= timeline.answered(); i--) {
      if (model.alike(timeline.operation(i), timeline.operation(open))) {
        return i;
      }
    }
    return NONE;
  }

  /// Whether it holds all that was answered.
  boolean isComplete() {
    return missing == 0;
  }

  S state() {
    return parts.getLast().state;
  }

  /// The operations in it, by the timeline's numbers.
  List<Integer> numbers() {
    return parts.stream().map(part -> part.taken).filter(number -> number != NONE).toList();
  }

  /// The first return that is still ahead.
  int nextReturn() {
    int next = Timeline.NEVER;
    for (int i = firstMissing; i < timeline.answered() && timeline.call(i) < next; i++) {
      if (!holds(i)) {
        next = Math.min(next, timeline.end(i));
      }
    }
    return next;
  }

  /// Takes all reads that the state explains.
  void takeReads() {
    int next = nextReturn();
    for (int i = firstMissing; i < timeline.answered() && timeline.call(i) < next; i++) {
      Operation operation = timeline.operation(i);
      if (!holds(i) && model.reads(operation) && model.step(state(), operation) != null) {
        take(i, state(), true);
        next = nextReturn();
      }
    }
  }

  /// Takes the next candidate that the state allows.
  boolean tryNext() {
    Part last = parts.getLast();
    int[] candidates = last.candidates;
    if (candidates == null) {
      candidates = candidates();
      last.candidates = candidates;
    }
    while (last.tried < candidates.length) {
      int candidate = candidates[last.tried++];
      S after = model.step(last.state, timeline.operation(candidate));
      if (after != null) {
        take(candidate, after, false);
        return true;
      }
    }
    return false;
  }

  /// Goes back to where there was a choice.
  ///
  /// @return false where there is none left
  boolean retreat() {
    while (parts.size() > 1) {
      Part last = parts.removeLast();
      release(last.taken);
      if (!last.forced) {
        return true;
      }
    }
    return false;
  }

  private int[] candidates() {
    int next = nextReturn();
    List<Integer> found = new ArrayList<>();
    boolean afterOpen = isAfterOpen();
    for (int i = firstMissing; i < timeline.answered() && timeline.call(i) < next; i++) {
      boolean vain = afterOpen && model.overwrites(timeline.operation(i));
      if (!holds(i) && !vain) {
        found.add(i);
      }
    }
    found.sort((one, other) -> Integer.compare(timeline.end(one), timeline.end(other)));
    for (int i = timeline.answered(); i < timeline.size() && timeline.call(i) < next; i++) {
      Operation operation = timeline.operation(i);
      boolean vain = model.reads(operation) || (afterOpen && model.overwrites(operation));
      if (!holds(i) && !vain && (alike[i] == NONE || holds(alike[i]))) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private void take(int number, S after, boolean forced) {
    taken[number / 64] |= 1L << number;
    if (number < timeline.answered()) {
      missing--;
      while (firstMissing < timeline.answered() && holds(firstMissing)) {
        firstMissing++;
      }
    }
    int last = parts.getLast().last;
    boolean later = number < timeline.answered() && number > last;
    parts.add(new Part(number, after, forced, later ? number : last));
  }

  private void release(int number) {
    taken[number / 64] &= ~(1L << number);
    if (number < timeline.answered()) {
      missing++;
      firstMissing = Math.min(firstMissing, number);
    }
  }

  /// Whether the outcome of the last one is unknown, and nothing has seen yet what it did.
  private boolean isAfterOpen() {
    return parts.getLast().taken >= timeline.answered();
  }

  /// Writes into [#words] what decides about all that may follow, but for the operations of unknown
  /// outcome.
  ///
  /// @param state a number of the state
  /// @return how many words that takes
  int describe(int state) {
    int from = firstMissing / 64;
    int last = parts.getLast().last;
    int to = last == NONE ? from : Math.max(from, last / 64 + 1);
    int length = 2 + to - from;
    if (words.length < length) {
      words = new long[2 * length];
    }
    words[0] = (long) firstMissing << 32 | state;
    words[1] = isAfterOpen() ? 1 : 0;
    for (int word = from; word < to; word++) {
      words[2 + word - from] = taken[word] & answered(word);
    }
    return length;
  }

  /// The bits of a word that stand for operations with an answer.
  private long answered(int word) {
    int bits = timeline.answered() - 64 * word;
    return bits >= 64 ? -1 : (1L << bits) - 1;
  }

  /// Which operations of unknown outcome are in it. Good until the next call.
  long[] openTaken() {
    int first = timeline.answered() / 64;
    System.arraycopy(taken, first, open, 0, open.length);
    if (open.length > 0) {
      open[0] &= ~answered(first);
    }
    return open;
  }

  /// What [#describe] wrote; good until its next call.
  long[] words() {
    return words;
  }

  private boolean holds(int number) {
    return (taken[number / 64] & 1L << number) != 0;
  }
}
