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
        holds(!node.raft().damage().any(), node, "the lead, and a hole in its log");
        leaderHoldsWhatIsCommitted(node);
      }
      nodes.forEach(other -> logsMatch(node, other));
    }
  }

  /// The core and the disk hold the same log, after each turn.
  private void diskAgrees(CoreNode node) {
    List<Entry> entries = node.disk.entries();
    Raft raft = node.raft();
    long first = raft.firstIndex();
    holds(first == node.disk.base().index() + 1, node, "another first entry than its disk");
    holds(raft.last().index() == first - 1 + entries.size(), node, "another last entry");
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
      List<NodeId> holders =
          nodes.stream().filter(it -> it.disk.keeps(entry)).map(it -> it.id).toList();
      boolean decided = node.raft().members().decided(holders::contains);
      holds(decided, node, "committed " + entry + " on the disks of " + holders + " only");
      committed.add(entry);
      committedIn.add(node.raft().term());
    }
  }

  /// Leader Completeness (§5.4), for the leaders of later terms.
  private void leaderHoldsWhatIsCommitted(CoreNode node) {
    for (int index = 0; index < committed.size(); index++) {
      Entry entry = committed.get(index);
      boolean later = node.raft().term() > committedIn.get(index);
      holds(!later || held(node.disk, entry), node, "lost committed " + entry);
    }
  }

  /// Log Matching (§5.3).
  private void logsMatch(CoreNode one, CoreNode other) {
    long base = Math.max(one.disk.base().index(), other.disk.base().index());
    List<Entry> left = after(base, one.disk);
    List<Entry> right = after(base, other.disk);
    int count = Math.min(left.size(), right.size());
    while (count > 0 && !left.get(count - 1).id().equals(right.get(count - 1).id())) {
      count--;
    }
    boolean match = left.subList(0, count).equals(right.subList(0, count));
    holds(match, one, "another prefix than " + other.id + " before entry " + (base + count));
  }

  private static List<Entry> after(long index, MemoryDisk disk) {
    return disk.entries().stream().filter(entry -> entry.index() > index).toList();
  }

  /// Whether the log has it, or has given it up for a snapshot.
  private static boolean held(MemoryDisk disk, Entry entry) {
    return entry.index() <= disk.base().index() || disk.entries().contains(entry);
  }

  private static void holds(boolean condition, CoreNode node, String otherwise) {
    if (!condition) {
      throw new AssertionError("node " + node.id + " has " + otherwise);
    }
  }
}
