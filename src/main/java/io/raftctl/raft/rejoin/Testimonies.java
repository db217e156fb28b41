package io.raftctl.raft.rejoin;

import io.raftctl.raft.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the other members say about their terms, to a node that forgot its own.
public final class Testimonies {
  private record Testimony(long term, List<NodeId> members) {}

  private final NodeId self;

  /// Names the questions of this life: an answer to those of an earlier one may be too old.
  private final long number;

  /// The term that this node's log proves.
  private final long termOfLog;

  private final SortedMap<NodeId, Testimony> given = new TreeMap<>();
  private int ticksLeft;

  public Testimonies(NodeId self, long number, long termOfLog) {
    this.self = self;
    this.number = number;
    this.termOfLog = termOfLog;
  }

  public long number() {
    return number;
  }

  /// Time passes.
  ///
  /// @param interval between two questions
  /// @return whether to ask now
  public boolean tick(int interval) {
    ticksLeft--;
    if (ticksLeft > 0) {
      return false;
    }
    ticksLeft = interval;
    return true;
  }

  /// Takes an answer; one to an earlier life's question counts for nothing.
  ///
  /// @param members whom the sender takes for the members
  public void take(NodeId from, long answered, long term, List<NodeId> members) {
    if (answered == number) {
      given.put(from, new Testimony(term, members));
    }
  }

  /// Who has not told its term yet.
  ///
  /// @param members whom this node takes for the members
  public SortedSet<NodeId> missing(Collection<NodeId> members) {
    TreeSet<NodeId> missing = new TreeSet<>(members);
    given.values().forEach(testimony -> missing.addAll(testimony.members));
    missing.removeAll(given.keySet());
    missing.remove(self);
    return missing;
  }

  /// No vote that was forgotten is of a later term, once nobody is missing.
  public long termMax() {
    long max = termOfLog;
    for (Testimony testimony : given.values()) {
      max = Math.max(max, testimony.term);
    }
    return max;
  }
}
