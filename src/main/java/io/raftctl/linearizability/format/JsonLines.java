package io.raftctl.linearizability.format;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.raftctl.linearizability.History;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.History.TimeUnit;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// raftctl's own histories (docs/histories.md).
final class JsonLines {
  private JsonLines() {}

  static History read(String text) throws HistoryException {
    List<Operation> operations = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (!line.isBlank()) {
        JsonObject object = object(line, number);
        if (object.has("fault")) {
          faults.add(fault(object, number));
        } else {
          operations.add(operation(object, number));
        }
      }
    }
    operations.sort(Comparator.comparingLong(Operation::call));
    faults.sort(Comparator.comparingLong(Fault::begin));
    return new History(operations, faults, TimeUnit.NANOS);
  }

  private static JsonObject object(String line, int number) throws HistoryException {
    try {
      return JsonParser.object().from(line);
    } catch (JsonParserException | StackOverflowError e) {
      throw new HistoryException(number, "not a JSON object: " + e.getMessage());
    }
  }

  private static Fault fault(JsonObject object, int line) throws HistoryException {
    Long begin = time(object, "begin", line);
    Long end = time(object, "end", line);
    if (begin == null) {
      throw new HistoryException(line, "a fault has a begin, in nanoseconds");
    }
    return new Fault(
        String.valueOf(object.get("fault")), begin, end == null ? Operation.OPEN : end);
  }

  private static Operation operation(JsonObject object, int line) throws HistoryException {
    String word = object.getString("f", "");
    Function function = Words.function(word);
    if (function == null) {
      throw new HistoryException(line, "nobody knows what f \"" + word + "\" does");
    }
    Long call = time(object, "call", line);
    Long end = time(object, "return", line);
    if (call == null) {
      throw new HistoryException(line, "an operation has a call, in nanoseconds");
    }
    if (end != null && end < call) {
      throw new HistoryException(line, "it returns at " + end + ", before its call at " + call);
    }
    Value in = object.has("in") ? value(object.get("in"), line, 0) : Value.ABSENT;
    if (function == Function.CAS && in.items().size() != 2) {
      throw new HistoryException(line, "the in of a cas is [old, new]");
    }
    Value out = object.has("out") ? value(object.get("out"), line, 0) : Value.ABSENT;
    Object key = object.get("key");
    return new Operation(
        String.valueOf(object.get("client")),
        function,
        key == null ? "" : String.valueOf(key),
        function == Function.GET ? Value.ABSENT : in,
        out(function, out),
        call,
        end == null ? Operation.OPEN : end,
        fate(object, function, out, end));
  }

  /// What is not `ok` did not happen, or was refused because of what it saw. Which of the two is
  /// certain only where it says what that was.
  private static Fate fate(JsonObject object, Function function, Value out, @Nullable Long end) {
    if (Boolean.FALSE.equals(object.get("ok"))) {
      boolean saw = function == Function.CAS && end != null && !out.isAbsent() && !out.isNil();
      return saw ? Fate.REFUSED : Fate.NOTHING;
    }
    return end == null ? Fate.UNKNOWN : Fate.DONE;
  }

  /// What `put`, `append`, `lock` and `unlock` answer says nothing.
  private static Value out(Function function, Value out) {
    return switch (function) {
      case GET, CAS, INCR, DEQUEUE -> out;
      case PUT, APPEND, LOCK, UNLOCK, ENQUEUE -> Value.ABSENT;
    };
  }

  private static @Nullable Long time(JsonObject object, String field, int line)
      throws HistoryException {
    Object time = object.get(field);
    if (time == null) {
      return null;
    }
    if (time instanceof Number number) {
      return number.longValue();
    }
    throw new HistoryException(line, field + " is a number of nanoseconds, not " + time);
  }

  private static Value value(@Nullable Object value, int line, int depth) throws HistoryException {
    if (!(value instanceof JsonArray array)) {
      return value == null ? Value.NIL : Value.of(String.valueOf(value));
    }
    Words.requireShallow(depth, line);
    List<Value> items = new ArrayList<>();
    for (Object item : array) {
      items.add(value(item, line, depth + 1));
    }
    return Value.of(items);
  }
}
