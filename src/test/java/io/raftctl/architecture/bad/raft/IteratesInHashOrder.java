package io.raftctl.architecture.bad.raft;

import java.util.HashMap;
import java.util.Map;

/// Breaks a rule: the order of a hash map is no order.
public final class IteratesInHashOrder {
  Map<String, String> map() {
    return new HashMap<>();
  }
}
