package io.raftctl.cluster;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What the clients of a load were told.
///
/// @param done commands that were acknowledged, and at which index
/// @param notApplied commands that certainly have no effect
/// @param unknown commands that may or may not be in the log
record AcknowledgedWrites(Map<String, Long> done, List<String> notApplied, List<String> unknown) {
  /// What was acknowledged and is not among what was kept. There are as many as a cluster takes in
  /// minutes, so this must not look at each for each.
  SortedSet<String> lostFrom(Set<String> kept) {
    SortedSet<String> lost = new TreeSet<>(done.keySet());
    lost.removeIf(kept::contains);
    return lost;
  }
}
