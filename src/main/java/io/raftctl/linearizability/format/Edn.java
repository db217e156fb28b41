package io.raftctl.linearizability.format;

import io.raftctl.linearizability.History;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import us.bpsm.edn.EdnException;
import us.bpsm.edn.Keyword;
import us.bpsm.edn.parser.Parseable;
import us.bpsm.edn.parser.Parser;
import us.bpsm.edn.parser.Parsers;

/// Histories of Jepsen and Knossos: maps with `:process`, `:type`, `:f`, `:value` and perhaps
/// `:key`, one after the other or in a vector. A key may also stand in the value, as `[key value]`
/// in all of them (Jepsen's independent keys). A `:fail` did not happen.
final class Edn {
  private static final Keyword PROCESS = Keyword.newKeyword("process");
  private static final Keyword TYPE = Keyword.newKeyword("type");
  private static final Keyword FUNCTION = Keyword.newKeyword("f");
  private static final Keyword VALUE = Keyword.newKeyword("value");
  private static final Keyword KEY = Keyword.newKeyword("key");

  private final Pairing pairing = new Pairing();
  private final List<Map<?, ?>> maps;
  private final boolean keyed;

  private Edn(List<Map<?, ?>> maps) {
    this.maps = maps;
    this.keyed =
        maps.stream().anyMatch(Edn::isClient) && maps.stream().allMatch(Edn::hasKeyInValue);
  }

  static History read(String text) throws HistoryException {
    List<Map<?, ?>> maps = new ArrayList<>();
    Parseable source = Parsers.newParseable(text);
    Parser parser = Parsers.newParser(Parsers.newParserConfigBuilder().build());
    try {
      for (Object value = parser.nextValue(source);
          !Parser.END_OF_INPUT.equals(value);
          value = parser.nextValue(source)) {
        add(value, maps);
      }
    } catch (EdnException | StackOverflowError e) {
      throw new HistoryException(
          maps.size() + 1, "not EDN: " + (e.getMessage() == null ? e : e.getMessage()));
    }
    return new Edn(maps).history();
  }

  private static void add(@Nullable Object value, List<Map<?, ?>> maps) throws HistoryException {
    if (value instanceof Map<?, ?> map) {
      maps.add(map);
    } else if (value instanceof List<?> list) {
      for (Object item : list) {
        add(item, maps);
      }
    } else {
      throw new HistoryException(maps.size() + 1, "a map of an operation is wanted, not " + value);
    }
  }

  private static boolean isClient(Map<?, ?> map) {
    return map.get(PROCESS) instanceof Number;
  }

  /// Only a pair whose first value is there in invocations of reads can be told from two values.
  private static boolean hasKeyInValue(Map<?, ?> map) {
    Object value = map.get(VALUE);
    boolean pair = value instanceof List<?> list && list.size() == 2 && list.getFirst() != null;
    boolean cas = "cas".equals(name(map.get(FUNCTION)));
    return !isClient(map)
        || (pair && (!cas || (value instanceof List<?> two && two.get(1) instanceof List<?>)));
  }

  private History history() throws HistoryException {
    int line = 0;
    for (Map<?, ?> map : maps) {
      line++;
      String type = name(map.get(TYPE));
      String function = name(map.get(FUNCTION));
      if (!isClient(map)) {
        pairing.nemesis(function, line);
        continue;
      }
      take(map, type, function, line);
    }
    return pairing.end();
  }

  private void take(Map<?, ?> map, String type, String function, int line) throws HistoryException {
    String process = String.valueOf(map.get(PROCESS));
    Object given = map.get(VALUE);
    Object value = keyed && given instanceof List<?> pair ? pair.get(1) : given;
    Object key = keyed && given instanceof List<?> pair ? pair.getFirst() : map.get(KEY);
    Function known = Words.function(function);
    if (known == null) {
      throw new HistoryException(line, "nobody knows what " + function + " does");
    }
    switch (type) {
      case "invoke" ->
          pairing.invoke(
              process,
              known,
              key == null ? "" : name(key),
              Words.in(known, value(value, line, 0)),
              line,
              line);
      case "ok" ->
          pairing.complete(process, Words.out(known, value(value, line, 0)), Fate.DONE, line, line);
      case "fail" -> pairing.complete(process, Value.ABSENT, Fate.NOTHING, line, line);
      case "info" -> pairing.complete(process, Value.ABSENT, Fate.UNKNOWN, line, line);
      default ->
          throw new HistoryException(line, "a type is invoke, ok, fail or info, not " + type);
    }
  }

  private static String name(@Nullable Object value) {
    return value instanceof Keyword keyword ? keyword.getName() : String.valueOf(value);
  }

  private static Value value(@Nullable Object value, int line, int depth) throws HistoryException {
    if (!(value instanceof List<?> list)) {
      return value == null ? Value.NIL : Value.of(name(value));
    }
    Words.requireShallow(depth, line);
    List<Value> items = new ArrayList<>();
    for (Object item : list) {
      items.add(value(item, line, depth + 1));
    }
    return Value.of(items);
  }
}
