package io.raftctl.architecture.bad.raft;

import java.util.Map;
import java.util.Set;

/// Breaks no rule: one element has one order.
public final class HasOneOrder {
  Set<String> set(String element) {
    return element.isEmpty() ? Set.of() : Set.of(element);
  }

  Map<String, String> map(String key) {
    return key.isEmpty() ? Map.of() : Map.of(key, key);
  }
}
