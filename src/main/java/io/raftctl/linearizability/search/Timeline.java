package io.raftctl.linearizability.search;

import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The operations on one object, with their calls and returns numbered in the order in which they
/// happened. Where a call and a return are at the same moment, the call counts as the earlier one:
/// the two operations may have overlapped.
final class Timeline {
  /// Of an operation that is open to the end.
  static final int NEVER = Integer.MAX_VALUE;

  private record Event(long moment, boolean returns, int operation) {}

  /// Those with an answer, by their calls, then those without, by theirs.
  private final List<Operation> operations;

  private final int answered;
  private final int[] calls;
  private final int[] returns;

  /// @param given by their calls
  Timeline(List<Operation> given) {
    List<Operation> done = given.stream().filter(it -> it.fate() != Fate.UNKNOWN).toList();
    List<Operation> open = given.stream().filter(it -> it.fate() == Fate.UNKNOWN).toList();
    operations = Stream.concat(done.stream(), open.stream()).toList();
    answered = done.size();
    calls = new int[operations.size()];
    returns = new int[operations.size()];
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      returns[i] = NEVER;
      events.add(new Event(operations.get(i).call(), false, i));
      if (i < answered) {
        events.add(new Event(operations.get(i).end(), true, i));
      }
    }
    events.sort(
        Comparator.comparingLong(Event::moment)
            .thenComparing(Event::returns)
            .thenComparingInt(Event::operation));
    for (int number = 0; number < events.size(); number++) {
      Event event = events.get(number);
      (event.returns ? returns : calls)[event.operation] = number;
    }
  }

  int size() {
    return operations.size();
  }

  /// The first so many have an answer.
  int answered() {
    return answered;
  }

  Operation operation(int number) {
    return operations.get(number);
  }

  int call(int number) {
    return calls[number];
  }

  int end(int number) {
    return returns[number];
  }

  /// Whose return it is.
  int returning(int event) {
    for (int i = 0; i < answered; i++) {
      if (returns[i] == event) {
        return i;
      }
    }
    throw new IllegalArgumentException("nothing returns at event " + event);
  }

  /// The returns from one on, in their order.
  int[] returnsFrom(int first) {
    return IntStream.range(0, answered)
        .map(i -> returns[i])
        .filter(it -> it >= first)
        .sorted()
        .toArray();
  }

  int lastReturn() {
    return IntStream.range(0, answered).map(i -> returns[i]).max().orElseThrow();
  }

  /// What is known at a return: all that was called before it, and open what returns later.
  Timeline upTo(int event) {
    return new Timeline(
        Arrays.stream(byCall())
            .filter(i -> calls[i] < event)
            .mapToObj(i -> returns[i] <= event ? operations.get(i) : operations.get(i).open())
            .toList());
  }

  /// The numbers of the operations, in the order of their calls.
  int[] byCall() {
    return IntStream.range(0, size())
        .boxed()
        .sorted(Comparator.comparingInt(i -> calls[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  List<Operation> operations(int[] numbers) {
    return Arrays.stream(numbers).mapToObj(operations::get).toList();
  }
}
