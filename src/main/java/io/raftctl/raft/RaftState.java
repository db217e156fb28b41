package io.raftctl.raft;

import io.raftctl.raft.progress.Durable;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What one node knows. The handlers of the core share it and change it within a turn only.
final class RaftState {
  final RaftConfig config;
  final RandomGenerator random;
  final RaftLog log;
  final Durable durable;
  final Outbox out = new Outbox();

  /// The snapshots on this node's disk, in the order of their last entries.
  List<Snapshot> snapshots;

  /// The number of the turn under way.
  long turn;

  /// The latest term seen; never falls.
  long term;

  /// Who got this node's vote in `term`; within a term it changes at most once, from null.
  @Nullable NodeId vote;

  Role role;

  /// Known to be committed; never falls, and never exceeds the log.
  long commitIndex;

  /// Entries up to here were handed out to be applied.
  long handedOut;

  RaftState(
      RaftConfig config,
      HardState hardState,
      EntrySource source,
      List<Snapshot> snapshots,
      RandomGenerator random) {
    this.config = config;
    this.random = random;
    this.log = new RaftLog(source, config.limits().cacheBytesMax());
    this.durable = new Durable(log.lastIndex());
    this.term = hardState.term();
    this.vote = hardState.vote();
    this.role = new Role.Follower(null, electionTicks());
    this.snapshots = List.copyOf(snapshots);
    this.commitIndex = snapshots.isEmpty() ? 0 : snapshots.getLast().last().index();
    this.handedOut = commitIndex;
  }

  NodeId id() {
    return config.id();
  }

  /// Who leads this term as far as this node knows, or null.
  @Nullable NodeId leader() {
    return switch (role) {
      case Role.Leader _ -> id();
      case Role.Candidate _ -> null;
      case Role.Follower follower -> follower.leader;
    };
  }

  /// A fresh random wait, so that candidates seldom collide (§5.2).
  int electionTicks() {
    return config.electionTicksMin() + random.nextInt(config.electionTicksMin());
  }

  /// A fresh random wait after a vote that may be split; as widely spread, since both try again.
  int contestedTicks() {
    return config.heartbeatTicks() + random.nextInt(config.electionTicksMin());
  }

  /// The leader's proof or the leader's count says that entries up to `index` are committed.
  void commitTo(long index) {
    assert index <= log.lastIndex() : "commit " + index + " past the last entry " + log.last();
    commitIndex = Math.max(commitIndex, index);
  }
}
