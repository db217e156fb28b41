package io.raftctl.linearizability;

import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/// Made-up histories.
final class Histories {
  private static final List<String> CLIENTS = List.of("a", "b", "c");

  private Histories() {}

  /// Some operations at random moments with random answers: few enough to try all orders, and with
  /// few values, so that many are linearizable by chance.
  static List<Operation> small(RandomGenerator random, List<Function> functions, int size) {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Function function = functions.get(random.nextInt(functions.size()));
      long call = random.nextInt(3 * size);
      Fate fate = fate(random, function);
      operations.add(
          new Operation(
              CLIENTS.get(random.nextInt(3)),
              function,
              "",
              in(random, function),
              fate == Fate.DONE ? out(random, function) : Value.ABSENT,
              call,
              fate == Fate.UNKNOWN ? Operation.OPEN : call + 1 + random.nextInt(2 * size),
              fate));
    }
    operations.sort(Comparator.comparingLong(Operation::call));
    return operations;
  }

  private static Fate fate(RandomGenerator random, Function function) {
    boolean refuses =
        function == Function.CAS || function == Function.LOCK || function == Function.UNLOCK;
    return switch (random.nextInt(8)) {
      case 0 -> Fate.UNKNOWN;
      case 1 -> Fate.NOTHING;
      case 2, 3 -> refuses ? Fate.REFUSED : Fate.DONE;
      default -> Fate.DONE;
    };
  }

  private static Value in(RandomGenerator random, Function function) {
    return switch (function) {
      case PUT, APPEND, ENQUEUE -> any(random);
      case CAS -> Value.of(List.of(any(random), any(random)));
      case GET, INCR, LOCK, UNLOCK, DEQUEUE -> Value.ABSENT;
    };
  }

  private static Value out(RandomGenerator random, Function function) {
    return switch (function) {
      case GET, DEQUEUE -> random.nextInt(4) == 0 ? Value.NIL : any(random);
      case INCR -> Value.of(Integer.toString(1 + random.nextInt(3)));
      case PUT, APPEND, CAS, ENQUEUE, LOCK, UNLOCK -> Value.ABSENT;
    };
  }

  private static Value any(RandomGenerator random) {
    return Value.of(Integer.toString(1 + random.nextInt(2)));
  }

  /// What clients of a register would have seen who used it at random moments, some without an
  /// answer.
  static List<Operation> seen(RandomGenerator random, int size, int clients) {
    record Use(long at, Operation operation) {}
    long[] free = new long[clients];
    String[] names = new String[clients];
    Arrays.setAll(names, Integer::toString);
    List<Function> used = List.of(Function.GET, Function.PUT, Function.CAS);
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int client = i % clients;
      long call = free[client] + random.nextInt(100);
      long at = call + random.nextInt(300);
      long end = at + 1 + random.nextInt(300);
      boolean lost = random.nextInt(100) == 0;
      Function function = used.get(random.nextInt(used.size()));
      uses.add(
          new Use(
              at,
              new Operation(
                  names[client],
                  function,
                  "k" + random.nextInt(3),
                  in(random, function),
                  Value.ABSENT,
                  call,
                  lost ? Operation.OPEN : end,
                  lost ? Fate.UNKNOWN : Fate.DONE)));
      names[client] = lost ? names[client] + "'" : names[client];
      free[client] = end + 1;
    }
    uses.sort(Comparator.comparingLong(Use::at));
    Value[] values = {Value.NIL, Value.NIL, Value.NIL};
    List<Operation> operations = new ArrayList<>();
    for (Use use : uses) {
      Operation it = use.operation;
      int key = it.key().charAt(1) - '0';
      boolean happens = it.fate() == Fate.DONE || random.nextBoolean();
      boolean fits =
          it.function() != Function.CAS || it.in().items().getFirst().equals(values[key]);
      Fate fate = it.fate() == Fate.DONE && !fits ? Fate.REFUSED : it.fate();
      Value out = it.function() == Function.GET && fate == Fate.DONE ? values[key] : Value.ABSENT;
      if (happens && fits && it.function() != Function.GET) {
        values[key] = it.function() == Function.CAS ? it.in().items().getLast() : it.in();
      }
      operations.add(
          new Operation(
              it.client(), it.function(), it.key(), it.in(), out, it.call(), it.end(), fate));
    }
    operations.sort(Comparator.comparingLong(Operation::call));
    return operations;
  }
}
