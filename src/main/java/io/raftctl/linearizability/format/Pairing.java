package io.raftctl.linearizability.format;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.History.TimeUnit;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds to each invocation of a process what completed it. A process does one thing at a time;
/// what it never hears of stays open, also if the process goes on.
final class Pairing {
  private record Invocation(Function function, String key, Value in, long call) {}

  private final Map<String, Invocation> open = new LinkedHashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Long> broken = new LinkedHashMap<>();

  void invoke(String process, Function function, String key, Value in, long call, int line)
      throws HistoryException {
    if (open.containsKey(process)) {
      throw new HistoryException(
          line, "process " + process + " invokes before what it invoked last has ended");
    }
    if (function == Function.CAS && in.items().size() != 2) {
      throw new HistoryException(line, "the value of a cas is [old new]");
    }
    open.put(process, new Invocation(function, key, in, call));
  }

  void complete(String process, Value out, Fate fate, long end, int line) throws HistoryException {
    Invocation invocation = open.remove(process);
    if (invocation == null) {
      throw new HistoryException(line, "process " + process + " completes what it never invoked");
    }
    add(process, invocation, out, fate, end);
  }

  private void add(String process, Invocation invocation, Value out, Fate fate, long end) {
    operations.add(
        new Operation(
            process,
            invocation.function,
            invocation.key,
            invocation.in,
            out,
            invocation.call,
            fate == Fate.UNKNOWN ? Operation.OPEN : end,
            fate));
  }

  /// Something else than a client did something: a fault that lasts until it is named again with
  /// `stop` or `heal` in its name, or to the end.
  void nemesis(String what, long at) {
    if (what.startsWith("stop") || what.startsWith("heal") || what.contains("-stop")) {
      broken.forEach((name, begin) -> faults.add(new Fault(name, begin, at)));
      broken.clear();
    } else {
      broken.putIfAbsent(what, at);
    }
  }

  History end() {
    open.forEach((process, it) -> add(process, it, Value.ABSENT, Fate.UNKNOWN, Operation.OPEN));
    broken.forEach((name, begin) -> faults.add(new Fault(name, begin, Operation.OPEN)));
    operations.sort(Comparator.comparingLong(Operation::call));
    faults.sort(Comparator.comparingLong(Fault::begin));
    return new History(operations, faults, TimeUnit.LINES);
  }
}
