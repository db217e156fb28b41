package io.raftctl.linearizability.model;

import io.raftctl.linearizability.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A list as its last element and the list before. The same list is the same object, so that a long
/// one is compared and kept at the cost of its last element.
final class Appended {
  private final @Nullable Appended before;
  private final Value last;
  private final int size;
  private final Map<Value, Appended> longer = new HashMap<>();

  private Appended(@Nullable Appended before, Value last) {
    this.before = before;
    this.last = last;
    this.size = before == null ? 0 : before.size + 1;
  }

  static Appended empty() {
    return new Appended(null, Value.NIL);
  }

  Appended with(Value element) {
    return longer.computeIfAbsent(element, it -> new Appended(this, it));
  }

  boolean holds(List<Value> elements) {
    if (elements.size() != size) {
      return false;
    }
    int place = size;
    for (Appended part = this; part.before != null; part = part.before) {
      if (!part.last.equals(elements.get(--place))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    List<Value> elements = new ArrayList<>();
    for (Appended part = this; part.before != null; part = part.before) {
      elements.addFirst(part.last);
    }
    return elements.toString();
  }
}
