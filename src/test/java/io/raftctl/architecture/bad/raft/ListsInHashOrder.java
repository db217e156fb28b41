package io.raftctl.architecture.bad.raft;

import java.util.Map;
import java.util.Set;

/// Breaks a rule: two elements are enough for two orders.
public final class ListsInHashOrder {
  Set<String> set() {
    return Set.of("a", "b");
  }

  Map<String, String> map(String key) {
    return Map.of(key, "a", "c", "b");
  }

  Set<String> array(String... elements) {
    return Set.of(elements);
  }
}
