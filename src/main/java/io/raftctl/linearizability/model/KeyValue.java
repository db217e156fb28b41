package io.raftctl.linearizability.model;

import io.raftctl.linearizability.Model;
import io.raftctl.linearizability.Operation;
import io.raftctl.linearizability.Operation.Fate;
import io.raftctl.linearizability.Operation.Function;
import io.raftctl.linearizability.Value;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One value under one key: `get`, `put`, `cas`, `append` to a text, `incr`. At first there is
/// none; a client may be told that as nil or as an empty text.
final class KeyValue implements Model<Value> {
  @Override
  public Value initial() {
    return Value.NIL;
  }

  @Override
  public @Nullable Value step(Value state, Operation operation) {
    Value in = operation.in();
    Value out = operation.out();
    return switch (operation.function()) {
      case GET -> out.isAbsent() || shows(out, state) ? state : null;
      case PUT -> in;
      case APPEND -> Value.of(text(state) + text(in));
      case CAS -> cas(state, operation);
      case INCR -> {
        Value sum = sum(state, in);
        yield sum != null && (out.isAbsent() || out.equals(sum)) ? sum : null;
      }
      case LOCK, UNLOCK, ENQUEUE, DEQUEUE -> null;
    };
  }

  private static @Nullable Value cas(Value state, Operation operation) {
    List<Value> values = operation.in().items();
    boolean fits = shows(values.getFirst(), state);
    if (operation.fate() == Fate.REFUSED) {
      Value seen = operation.out();
      return !fits && (seen.isAbsent() || shows(seen, state)) ? state : null;
    }
    return fits ? values.getLast() : null;
  }

  private static boolean shows(Value shown, Value state) {
    return shown.equals(state) || (state.isNil() && Objects.equals(shown.text(), ""));
  }

  private static String text(Value value) {
    return value.isNil() ? "" : value.toString();
  }

  /// @return null where there is no number to add to
  private static @Nullable Value sum(Value state, Value by) {
    try {
      long before = state.isNil() ? 0 : Long.parseLong(state.toString());
      return Value.of(
          Long.toString(
              before + (by.isAbsent() || by.isNil() ? 1 : Long.parseLong(by.toString()))));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public boolean reads(Operation operation) {
    return operation.function() == Function.GET || operation.fate() == Fate.REFUSED;
  }

  @Override
  public boolean overwrites(Operation operation) {
    return operation.function() == Function.PUT;
  }

  @Override
  public boolean knows(Function function) {
    return switch (function) {
      case GET, PUT, CAS, APPEND, INCR -> true;
      case LOCK, UNLOCK, ENQUEUE, DEQUEUE -> false;
    };
  }

  @Override
  public String show(Value state) {
    return state.toString();
  }
}
