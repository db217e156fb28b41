package io.raftctl.raft;

import io.raftctl.raft.progress.Progress;
import io.raftctl.raft.progress.Quorum;
import java.util.Map;

/// Reads without a write to the log (ReadIndex, thesis §6.4), and the heartbeats that carry them.
///
/// A read is safe once the leader (1) has committed an entry of its own term, so that its commit
/// index covers everything committed before, and (2) has heard from a quorum **after** it noted
/// that index, so that nobody newer can have committed more. Each heartbeat round has a number of
/// its own, and only answers to that round or a later one count: a late answer to an old heartbeat
/// proves nothing about now.
final class Reads {
  /// Reads that may wait at once; past it they are refused as busy.
  private static final int WAITING_MAX = 100_000;

  private final RaftState state;
  private final Election election;

  Reads(RaftState state, Election election) {
    this.state = state;
    this.election = election;
  }

  void request(Input.Read read) {
    if (!(state.role instanceof Role.Leader leader)) {
      state.out.refused(read.ticket(), Effects.Reason.NOT_LEADER, state.leader());
    } else if (leader.waitingReads.size() + leader.roundReads.size() >= WAITING_MAX) {
      state.out.refused(read.ticket(), Effects.Reason.BUSY, state.id());
    } else {
      leader.waitingReads.add(read.ticket());
    }
  }

  /// Begins a round for the reads that wait, unless one is under way: they gather for the next.
  /// Once a turn.
  void startRound(Role.Leader leader) {
    boolean knowsCommitted = state.commitIndex >= leader.firstIndex;
    if (knowsCommitted && leader.roundReads.isEmpty() && !leader.waitingReads.isEmpty()) {
      long round = leader.round + 1;
      for (long ticket : leader.waitingReads) {
        leader.roundReads.add(new Role.RoundRead(ticket, round, state.commitIndex));
      }
      leader.waitingReads.clear();
      heartbeat(leader);
    }
  }

  /// Tells every peer that the leader lives, and begins a round by it.
  void heartbeat(Role.Leader leader) {
    leader.round++;
    leader.heartbeatTicksLeft = state.config.heartbeatTicks();
    for (Map.Entry<NodeId, Progress> peer : leader.peers.entrySet()) {
      // No further than the peer's log is known to agree: it cannot check that by itself.
      long commit = Math.min(state.commitIndex, peer.getValue().matchIndex());
      state.out.sendNow(
          new Message.Heartbeat(state.id(), peer.getKey(), state.term, leader.round, commit));
    }
    answer(leader); // A cluster of one has its quorum already.
  }

  void onHeartbeat(Message.Heartbeat heartbeat) {
    election.hearFromLeader(heartbeat.from());
    state.commitTo(Math.min(heartbeat.commitIndex(), state.log.lastIndex()));
    state.out.sendNow(
        new Message.HeartbeatReply(state.id(), heartbeat.from(), state.term, heartbeat.round()));
  }

  void onHeartbeatReply(Message.HeartbeatReply reply) {
    if (state.role instanceof Role.Leader leader && reply.round() <= leader.round) {
      Replication.progressOf(leader, reply.from()).roundAnswered(reply.round());
      answer(leader);
    }
  }

  private void answer(Role.Leader leader) {
    long[] rounds = new long[leader.peers.size() + 1];
    int voter = 0;
    rounds[voter++] = leader.round;
    for (Progress peer : leader.peers.values()) {
      rounds[voter++] = peer.round();
    }
    long answered = Quorum.reached(rounds);
    while (!leader.roundReads.isEmpty() && leader.roundReads.getFirst().round() <= answered) {
      Role.RoundRead read = leader.roundReads.removeFirst();
      state.out.readable(read.ticket(), read.index());
    }
  }
}
