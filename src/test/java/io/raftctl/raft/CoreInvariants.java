package io.raftctl.raft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What must hold at all times (Figure 3), on the state of all nodes and on its change.
final class CoreInvariants {
  /// What a node was seen to have reached since it started.
  private record Seen(long term, long commitIndex, Map<NodeId, Long> matchIndexes) {}

  private final Map<Long, NodeId> leaders = new TreeMap<>();
  private final List<Entry> committed = new ArrayList<>();

  /// The term in which an entry was first seen to be committed; often later than its own.
  private final List<Long> committedIn = new ArrayList<>();

  private final Map<NodeId, Seen> seen = new TreeMap<>();

  /// A node crashed: what it had not synced it may forget.
  void forget(NodeId node) {
    seen.remove(node);
  }

  void check(Collection<CoreNode> nodes) {
    for (CoreNode node : nodes) {
      if (node.up()) {
        diskAgrees(node);
        nothingFalls(node);
        oneLeaderATerm(node);
        appliedIsCommitted(node, nodes);
      }
    }
    for (CoreNode node : nodes) {
      if (node.up() && node.raft().leads()) {
        leaderHoldsWhatIsCommitted(node);
      }
      nodes.forEach(other -> logsMatch(node, other));
    }
  }

  /// The core and the disk hold the same log, after each turn.
  private void diskAgrees(CoreNode node) {
    List<Entry> entries = node.disk.entries();
    Raft raft = node.raft();
    holds(raft.last().index() == entries.size(), node, "another last entry than its disk");
    for (Entry entry : entries) {
      holds(raft.idAt(entry.index()).equals(entry.id()), node, "another log than its disk");
    }
  }

  private void nothingFalls(CoreNode node) {
    Raft raft = node.raft();
    Seen now = new Seen(raft.term(), raft.commitIndex(), raft.matchIndexes());
    Seen before = seen.put(node.id, now);
    if (before != null) {
      holds(before.term <= now.term, node, "a term that fell");
      holds(before.commitIndex <= now.commitIndex, node, "a commit index that fell");
      if (before.term == now.term) {
        before.matchIndexes.forEach(
            (peer, match) ->
                holds(
                    match <= now.matchIndexes.getOrDefault(peer, match),
                    node,
                    "a match index that fell"));
      }
    }
  }

  /// Election Safety (§5.2).
  private void oneLeaderATerm(CoreNode node) {
    if (node.raft().leads()) {
      NodeId other = leaders.putIfAbsent(node.raft().term(), node.id);
      holds(other == null || other.equals(node.id), node, "a rival leader in its term: " + other);
    }
  }

  /// State Machine Safety (§5.4.3), and that a majority of disks holds what is committed.
  private void appliedIsCommitted(CoreNode node, Collection<CoreNode> nodes) {
    for (Entry entry : node.applied.subList(0, Math.min(node.applied.size(), committed.size()))) {
      Entry first = committed.get((int) entry.index() - 1);
      holds(first.equals(entry), node, "applied " + entry + " where others applied " + first);
    }
    for (int index = committed.size(); index < node.applied.size(); index++) {
      Entry entry = node.applied.get(index);
      holds(entry.index() == index + 1, node, "applied " + entry + " out of order");
      long holders = nodes.stream().filter(it -> held(it.disk.syncedEntries(), entry)).count();
      holds(2 * holders > nodes.size(), node, "committed " + entry + " on " + holders + " disks");
      committed.add(entry);
      committedIn.add(node.raft().term());
    }
  }

  /// Leader Completeness (§5.4), for the leaders of later terms.
  private void leaderHoldsWhatIsCommitted(CoreNode node) {
    for (int index = 0; index < committed.size(); index++) {
      Entry entry = committed.get(index);
      boolean later = node.raft().term() > committedIn.get(index);
      holds(!later || held(node.disk.entries(), entry), node, "lost committed " + entry);
    }
  }

  /// Log Matching (§5.3).
  private void logsMatch(CoreNode one, CoreNode other) {
    List<Entry> left = one.disk.entries();
    List<Entry> right = other.disk.entries();
    int index = Math.min(left.size(), right.size());
    while (index > 0 && !left.get(index - 1).id().equals(right.get(index - 1).id())) {
      index--;
    }
    boolean match = left.subList(0, index).equals(right.subList(0, index));
    holds(match, one, "another prefix than " + other.id + " before entry " + index);
  }

  private static boolean held(List<Entry> log, Entry entry) {
    return entry.index() <= log.size() && log.get((int) entry.index() - 1).equals(entry);
  }

  private static void holds(boolean condition, CoreNode node, String otherwise) {
    if (!condition) {
      throw new AssertionError("node " + node.id + " has " + otherwise);
    }
  }
}
