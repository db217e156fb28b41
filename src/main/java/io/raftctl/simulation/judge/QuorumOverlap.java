package io.raftctl.simulation.judge;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// That a configuration and the one before it in the same log cannot decide apart (§6): whoever
/// decides by the one meets whoever decides by the other, in one node at least.
///
/// It tries every way in which the nodes could part in two, and trusts no arithmetic of majorities.
final class QuorumOverlap {
  /// Pairs that were tried before.
  private final TreeSet<String> tried = new TreeSet<>();

  /// @throws Violation where one part of the nodes can decide by `before` and the rest by `now`
  void check(Configuration before, Configuration now) {
    String pair = deciders(before) + " and " + deciders(now);
    if (deciders(before).equals(deciders(now)) || !tried.add(pair)) {
      return;
    }
    TreeSet<NodeId> all = new TreeSet<>(before.deciders());
    all.addAll(now.deciders());
    List<NodeId> nodes = new ArrayList<>(all);
    for (int part = 0; part < 1 << nodes.size(); part++) {
      int these = part;
      Violation.unless(
          !before.decided(node -> (these >> nodes.indexOf(node) & 1) == 1)
              || !now.decided(node -> (these >> nodes.indexOf(node) & 1) == 0),
          "quorums: %s follow each other and can decide apart",
          pair);
    }
  }

  private static String deciders(Configuration members) {
    return members.voters() + (members.joint() ? " with " + members.outgoing() : "");
  }
}
