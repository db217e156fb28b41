package io.raftctl.raft;

import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.progress.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
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

    /// Up to here the log is known to agree with that of this leader, damaged entries included.
    long heldIndex;

    /// Reads that wait to be asked about.
    final List<Long> waitingReads = new ArrayList<>();

    /// Reads about which the leader is asked under `askedNumber`.
    final List<Long> askedReads = new ArrayList<>();

    long askedNumber;

    /// After so many ticks without an answer the leader is asked once more.
    int askedTicksLeft;

    Follower(@Nullable NodeId leader, int ticksLeft) {
      this.leader = leader;
      this.ticksLeft = ticksLeft;
    }

    @Override
    public String name() {
      return "follower";
    }
  }

  /// Asks whether it would get votes, in the term that is (thesis §9.6).
  final class PreCandidate implements Role {
    final Set<NodeId> granted = new TreeSet<>();
    int ticksLeft;

    PreCandidate(int ticksLeft) {
      this.ticksLeft = ticksLeft;
    }

    @Override
    public String name() {
      return "pre-candidate";
    }
  }

  /// Asks for votes.
  final class Candidate implements Role {
    /// The turn that wrote this candidate's vote for itself; the vote counts once that is synced.
    final long turn;

    final Set<NodeId> granted = new TreeSet<>();
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
    final Deque<Reader> waitingReads = new ArrayDeque<>();

    /// Reads under way, oldest round first.
    final Deque<RoundRead> roundReads = new ArrayDeque<>();

    /// When the rounds began that no quorum has answered yet, oldest first; and the last one that a
    /// quorum has, null before there is one.
    final Deque<RoundStart> roundStarts = new ArrayDeque<>();

    @Nullable RoundStart confirmed;

    /// Somebody was told to campaign in this term. It may hear of that late, and is then elected
    /// whatever the others owe to this leader: no lease any more.
    boolean leaseVoid;

    /// The transfer under way, or null.
    @Nullable Transferring transferring;

    /// The change of the members that waits until those who are to decide have answered, or null.
    @Nullable Changing changing;

    Leader(long firstIndex) {
      this.firstIndex = firstIndex;
    }

    /// Of the peers that may be, and that are heard, the one that holds most of the log.
    Optional<NodeId> bestPrepared(Predicate<NodeId> mayBe) {
      return peers.keySet().stream()
          .filter(mayBe)
          .filter(peer -> !progress(peer).silent())
          .max(Comparator.comparingLong(this::matchIndex));
    }

    /// Whether a peer has said last that its disk is full.
    boolean knowsShortOfRoom(NodeId node) {
      Progress progress = peers.get(node);
      return progress != null && progress.shortOfRoom();
    }

    /// Whether a peer has said last that it has room.
    boolean knowsRoom(NodeId node) {
      Progress progress = peers.get(node);
      return progress != null && progress.round() > 0 && !progress.shortOfRoom();
    }

    /// The last round of heartbeats that the node has answered; this one answers each at once.
    long answeredRound(NodeId node) {
      Progress progress = peers.get(node);
      return progress == null ? round : progress.round();
    }

    /// What is known to be synced at a peer.
    long matchIndex(NodeId peer) {
      return progress(peer).matchIndex();
    }

    private Progress progress(NodeId peer) {
      return Objects.requireNonNull(peers.get(peer), peer::value);
    }

    @Override
    public String name() {
      return "leader";
    }
  }

  /// Who wants to read.
  sealed interface Reader {
    /// A client of this node.
    record Client(long ticket) implements Reader {}

    /// A follower, for clients of its own.
    record Peer(NodeId id, long number) implements Reader {}
  }

  /// A read that is safe to answer from `index` once a quorum has answered `round`.
  record RoundRead(Reader reader, long round, long index) {}

  /// A round of heartbeats began at this reading of the clock.
  record RoundStart(long round, long milliTicks) {}

  /// A leadership on its way to `target`.
  final class Transferring {
    final NodeId target;

    /// Who wished it; null where the leader itself did.
    final @Nullable Long ticket;

    /// Whether the target was told since the last heartbeat.
    boolean told;

    int ticksLeft;

    Transferring(NodeId target, @Nullable Long ticket, int ticksLeft) {
      this.target = target;
      this.ticket = ticket;
      this.ticksLeft = ticksLeft;
    }
  }

  /// Other voters, on their way into the log: they count from there on, so they must be there.
  final class Changing {
    final Configuration next;

    /// Who wished it; null where the leader itself did.
    final @Nullable Long ticket;

    /// The first round of heartbeats that begins no earlier than the wish.
    final long round;

    int ticksLeft;

    Changing(Configuration next, @Nullable Long ticket, long round, int ticksLeft) {
      this.next = next;
      this.ticket = ticket;
      this.round = round;
      this.ticksLeft = ticksLeft;
    }
  }
}
