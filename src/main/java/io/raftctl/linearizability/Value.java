package io.raftctl.linearizability;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes in or comes out: a text, a number as the text that it is written as, no value (nil),
/// or a list.
///
/// @param text null for nil and for a list
/// @param list null for whatever is none
public record Value(@Nullable String text, @Nullable List<Value> list) {
  /// The value that says that there is none.
  public static final Value NIL = new Value(null, null);

  /// Nothing is said of it, not even that there is none.
  public static final Value ABSENT = new Value("", List.of());

  public Value {
    list = list == null ? null : List.copyOf(list);
  }

  public static Value of(String text) {
    return new Value(text, null);
  }

  public static Value of(List<Value> list) {
    return new Value(null, list);
  }

  public boolean isNil() {
    return text == null && list == null;
  }

  public boolean isAbsent() {
    return text != null && list != null;
  }

  public boolean isList() {
    return text == null && list != null;
  }

  /// The values of a list; of anything else none.
  public List<Value> items() {
    return list == null ? List.of() : list;
  }

  @Override
  public String toString() {
    if (isAbsent()) {
      return "";
    }
    return text != null ? text : list != null ? list.toString() : "nil";
  }
}
