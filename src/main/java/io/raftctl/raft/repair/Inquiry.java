package io.raftctl.raft.repair;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.repair.Damage.Prospect;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whom to ask next for what is lost, and what came of asking.
///
/// One question is under way at a time. Whoever helped is asked on at once, since an answer holds
/// only so much; otherwise it is the next peer's turn. When all were asked in vain, the pause is
/// doubled: a node whose entries nobody has asks on for ever, and disturbs nobody.
public final class Inquiry {
  /// A pause is doubled at most so many times.
  private static final int DOUBLINGS_MAX = 4;

  private final int pauseTicks;

  /// Who does not hold an entry whole, by its index.
  private final TreeMap<Long, SortedSet<NodeId>> lacking = new TreeMap<>();

  /// Entries before this one are in somebody's snapshot.
  private long coveredBefore;

  /// Who was asked last, or null; and whether it is to be asked on.
  private @Nullable NodeId asked;

  private boolean helpful;

  /// How many were asked since anything was mended.
  private int inVain;

  private int ticksLeft;

  /// @param pauseTicks between two questions
  public Inquiry(int pauseTicks) {
    this.pauseTicks = pauseTicks;
  }

  /// Time passes.
  public void tick() {
    ticksLeft = Math.max(0, ticksLeft - 1);
  }

  /// After so many ticks the next question is due.
  public int ticksLeft() {
    return ticksLeft;
  }

  /// A question leaves.
  ///
  /// @param peers at least one
  /// @return whom to ask
  public NodeId ask(NavigableSet<NodeId> peers) {
    NodeId next = asked;
    if (next == null || !helpful || !peers.contains(next)) {
      NodeId later = next == null ? null : peers.higher(next);
      next = later == null ? peers.first() : later;
    }
    asked = next;
    helpful = false;
    ticksLeft = pauseTicks << Math.min(inVain / peers.size(), DOUBLINGS_MAX);
    inVain++;
    return next;
  }

  /// A peer gave something that was lost.
  public void helped(NodeId peer) {
    helpful |= peer.equals(asked);
    inVain = 0;
    ticksLeft = 0;
  }

  /// A peer does not hold these whole, and has what lies before `uncovered` in a snapshot.
  public void answered(NodeId peer, Collection<EntryId> without, long uncovered) {
    for (EntryId id : without) {
      lacking.computeIfAbsent(id.index(), _ -> new TreeSet<>()).add(peer);
    }
    coveredBefore = Math.max(coveredBefore, uncovered);
  }

  /// Entries before `first`, the first one that is lost still, are missed no longer.
  public void forgetBefore(long first) {
    lacking.headMap(first).clear();
  }

  /// What is to be hoped for the entry at `index` if `peers` are all there are.
  public Prospect prospect(long index, Collection<NodeId> peers) {
    if (index < coveredBefore) {
      return Prospect.IN_SNAPSHOT;
    }
    SortedSet<NodeId> without = lacking.getOrDefault(index, new TreeSet<>());
    return without.containsAll(peers) ? Prospect.NOBODY : Prospect.ASKING;
  }
}
