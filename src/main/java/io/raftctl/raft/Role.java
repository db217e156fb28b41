package io.raftctl.raft;

import io.raftctl.raft.progress.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a node is in its term (§5.1), with the state that only this role has. A change of role is a
/// new object, so nothing of an old role can leak into a new one.
sealed interface Role {
  /// As users see it.
  String name();

  /// Waits to hear from a leader.
  final class Follower implements Role {
    /// Who leads this term, once known; then it never changes.
    @Nullable NodeId leader;

    int ticksLeft;

    Follower(@Nullable NodeId leader, int ticksLeft) {
      this.leader = leader;
      this.ticksLeft = ticksLeft;
    }

    @Override
    public String name() {
      return "follower";
    }
  }

  /// Asks for votes.
  final class Candidate implements Role {
    /// The turn that wrote this candidate's vote for itself; the vote counts once that is synced.
    final long turn;

    final SortedSet<NodeId> granted = new TreeSet<>();
    int ticksLeft;

    Candidate(long turn, int ticksLeft) {
      this.turn = turn;
      this.ticksLeft = ticksLeft;
    }

    @Override
    public String name() {
      return "candidate";
    }
  }

  /// Replicates its log to its peers.
  final class Leader implements Role {
    /// The entry that opened the term. Once it is committed, this leader knows all that is (§8).
    final long firstIndex;

    final SortedMap<NodeId, Progress> peers = new TreeMap<>();

    /// Own entries accepted and not yet committed.
    long uncommittedBytes;

    int heartbeatTicksLeft;

    /// The last heartbeat round begun.
    long round;

    /// Reads that wait for a round to begin.
    final Deque<Long> waitingReads = new ArrayDeque<>();

    /// Reads under way, oldest round first.
    final Deque<RoundRead> roundReads = new ArrayDeque<>();

    Leader(long firstIndex) {
      this.firstIndex = firstIndex;
    }

    @Override
    public String name() {
      return "leader";
    }
  }

  /// A read that is safe to answer from `index` once a quorum has answered `round`.
  record RoundRead(long ticket, long round, long index) {}
}
