package io.raftctl.architecture.bad.raft;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Breaks a rule: the collector makes a hash set.
public final class CollectsInHashOrder {
  Set<String> collect(List<String> from) {
    return from.stream().collect(Collectors.toSet());
  }
}
