package io.raftctl.simulation.coverage;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The states that all nodes of a world are in together, with what does not matter left out: which
/// node is which, and all numbers but for how they compare.
///
/// Of each node there is its role, how far its term is behind the latest, whether its log ends
/// where the best one does, earlier, or in an older term, whether it has committed all of its log
/// and all that anybody has, and whether entries of it are damaged.
public final class ClusterStates {
  private static final int TERMS_BEHIND_MAX = 2;

  /// A node as it was last seen.
  private static final class Seen {
    RoleKind role = RoleKind.DOWN;
    long term;
    EntryId last = EntryId.NONE;
    long commitIndex;
    boolean damaged;

    /// @return whether anything has changed
    boolean update(@Nullable Raft raft) {
      RoleKind roleNow = RoleKind.of(raft);
      if (raft == null) {
        boolean changed = role != RoleKind.DOWN;
        role = RoleKind.DOWN;
        return changed;
      }
      EntryId lastNow = raft.last();
      boolean damagedNow = raft.isDamaged();
      if (role == roleNow
          && term == raft.term()
          && commitIndex == raft.commitIndex()
          && damaged == damagedNow
          && last.equals(lastNow)) {
        return false;
      }
      role = roleNow;
      term = raft.term();
      commitIndex = raft.commitIndex();
      damaged = damagedNow;
      last = lastNow;
      return true;
    }

    boolean runs() {
      return role != RoleKind.DOWN;
    }
  }

  private final Coverage coverage;
  private final SortedMap<NodeId, Seen> byNode = new TreeMap<>();
  private final Seen[] all;

  public ClusterStates(List<NodeId> nodes, Coverage coverage) {
    this.coverage = coverage;
    nodes.forEach(node -> byNode.put(node, new Seen()));
    all = byNode.values().toArray(Seen[]::new);
  }

  /// A node has taken a turn, or has ended.
  ///
  /// @param raft null where it is down
  public void seen(NodeId node, @Nullable Raft raft) {
    Seen seen = byNode.get(node);
    if (seen != null && seen.update(raft)) {
      count();
    }
  }

  private void count() {
    long termMax = 0;
    long commitMax = 0;
    int running = 0;
    int leaders = 0;
    EntryId best = EntryId.NONE;
    for (Seen seen : all) {
      if (seen.runs()) {
        running++;
        leaders += seen.role == RoleKind.LEADER ? 1 : 0;
        termMax = Math.max(termMax, seen.term);
        commitMax = Math.max(commitMax, seen.commitIndex);
        best = best.compareTo(seen.last) < 0 ? seen.last : best;
      }
    }
    coverage.reach(Mark.ALL_DOWN, running == 0 ? 1 : 0);
    coverage.reach(Mark.TWO_LEADERS, leaders > 1 ? 1 : 0);
    long sum = all.length;
    for (Seen seen : all) {
      sum += mixed(abstracted(seen, termMax, commitMax, best));
    }
    coverage.state(mixed(sum));
  }

  private static long abstracted(Seen seen, long termMax, long commitMax, EntryId best) {
    if (!seen.runs()) {
      return 1;
    }
    long text = 2L + seen.role.number();
    text = 4 * text + Math.min(TERMS_BEHIND_MAX, termMax - seen.term);
    text = 4 * text + (seen.last.equals(best) ? 0 : seen.last.term() == best.term() ? 1 : 2);
    text = 2 * text + (seen.commitIndex == seen.last.index() ? 0 : 1);
    text = 2 * text + (seen.commitIndex == commitMax ? 0 : 1);
    return 2 * text + (seen.damaged ? 1 : 0);
  }

  /// Spreads a number over all bits (the finalizer of SplitMix64). A sum of such numbers is the
  /// same in whichever order the nodes stand.
  private static long mixed(long number) {
    long mixed = number * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
