package io.raftctl.linearizability.format;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.raftctl.linearizability.History.Fault;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Value;
import org.jspecify.annotations.Nullable;

/// Writes histories in raftctl's own format (docs/histories.md), a line each. What was written
/// reads as what it was.
public final class HistoryLines {
  private HistoryLines() {}

  /// @throws IllegalArgumentException where the client is no number
  public static String line(Operation operation) {
    JsonObject line = new JsonObject();
    line.put("client", Long.parseLong(operation.client()));
    line.put("f", operation.function().word());
    if (!operation.key().isEmpty()) {
      line.put("key", operation.key());
    }
    put(line, "in", operation.in());
    put(line, "out", operation.out());
    line.put("call", operation.call());
    line.put("return", end(operation.end()));
    if (operation.fate() == Fate.REFUSED || operation.fate() == Fate.NOTHING) {
      line.put("ok", false);
    }
    return JsonWriter.string(line);
  }

  public static String line(Fault fault) {
    JsonObject line = new JsonObject();
    line.put("fault", fault.what());
    line.put("begin", fault.begin());
    line.put("end", end(fault.end()));
    return JsonWriter.string(line);
  }

  private static @Nullable Long end(long end) {
    return end == Operation.OPEN ? null : end;
  }

  private static void put(JsonObject line, String field, Value value) {
    if (!value.isAbsent()) {
      line.put(field, json(value));
    }
  }

  private static @Nullable Object json(Value value) {
    return value.isList()
        ? new JsonArray(value.items().stream().map(HistoryLines::json).toList())
        : value.text();
  }
}
