package io.raftctl.raft;

import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.progress.Progress;
import java.util.Map;
import java.util.Objects;

/// Reads without a write to the log (ReadIndex, thesis §6.4), and the heartbeats that carry them.
///
/// A read is safe once the leader (1) has committed an entry of its own term, so that its commit
/// index covers everything committed before, and (2) has heard from a quorum **after** it noted
/// that index, so that nobody newer can have committed more. Each heartbeat round has a number of
/// its own, and only answers to that round or a later one count: a late answer to an old heartbeat
/// proves nothing about now.
///
/// A follower asks its leader for such an index and answers from its own state once it has applied
/// it. Its questions are numbered too: only the answer to the last one counts, and that one was
/// sent after each of the reads came in.
///
/// With a lease (thesis §6.4.1) the leader skips the round: whoever answered a heartbeat helps
/// nobody else to lead for an election timeout, so for a little less after a round **began** that a
/// quorum answered, nobody else leads. That trusts clocks; `LEASE_PERCENT` says how far.
final class Reads {
  /// Reads that may wait at once; past it they are refused as busy.
  private static final int WAITING_MAX = 100_000;

  /// How much of the shortest election timeout a lease lasts, in percent. Less one tick, by which a
  /// follower may count too early, the rest is what two clocks may differ in speed.
  private static final int LEASE_PERCENT = 75;

  private final RaftState state;
  private final Election election;

  Reads(RaftState state, Election election) {
    this.state = state;
    this.election = election;
  }

  void request(Input.Read read) {
    if (state.log.lacksFront()) { // Not even a stale answer: there is no state to answer from.
      state.out.refused(read.ticket(), Effects.Reason.NOT_LEADER, state.leader());
      return;
    }
    if (read.consistency() == Consistency.STALE) {
      state.out.readable(read.ticket(), 0);
      return;
    }
    switch (state.role) {
      case Role.Leader leader -> requestHere(leader, read);
      case Role.Follower follower when follower.leader != null -> {
        if (follower.waitingReads.size() + follower.askedReads.size() >= WAITING_MAX) {
          state.out.refused(read.ticket(), Effects.Reason.BUSY, follower.leader);
        } else {
          follower.waitingReads.add(read.ticket());
        }
      }
      case Role.Follower _, Role.PreCandidate _, Role.Candidate _ ->
          state.out.refused(read.ticket(), Effects.Reason.NOT_LEADER, null);
    }
  }

  private void requestHere(Role.Leader leader, Input.Read read) {
    if (read.consistency() == Consistency.LEASE && hasLease(leader)) {
      state.out.readable(read.ticket(), state.commitIndex);
    } else if (leader.waitingReads.size() + leader.roundReads.size() >= WAITING_MAX) {
      state.out.refused(read.ticket(), Effects.Reason.BUSY, state.id());
    } else {
      leader.waitingReads.add(new Role.Reader.Client(read.ticket()));
    }
  }

  /// Whether nobody else can have begun to lead by what the clock said at the start of this turn,
  /// when the reads of this turn had come in already.
  private boolean hasLease(Role.Leader leader) {
    Role.RoundStart confirmed = leader.confirmed;
    long lasts = 10L * LEASE_PERCENT * state.config.electionTicksMin() - 1_000;
    return state.config.features().checkQuorum()
        && knowsCommitted(leader)
        && !leader.leaseVoid
        && confirmed != null
        && state.clock != null
        && state.clock - confirmed.milliTicks() < lasts;
  }

  private boolean knowsCommitted(Role.Leader leader) {
    return state.commitIndex >= leader.firstIndex;
  }

  /// Begins a round for the reads that wait, unless one is under way: they gather for the next.
  /// Once a turn.
  void startRound(Role.Leader leader) {
    if (knowsCommitted(leader) && leader.roundReads.isEmpty() && !leader.waitingReads.isEmpty()) {
      long round = leader.round + 1;
      for (Role.Reader reader : leader.waitingReads) {
        leader.roundReads.add(new Role.RoundRead(reader, round, state.commitIndex));
      }
      leader.waitingReads.clear();
      heartbeat(leader);
    }
  }

  /// Tells every peer that the leader lives, and begins a round by it.
  void heartbeat(Role.Leader leader) {
    leader.round++;
    leader.heartbeatTicksLeft = state.config.heartbeatTicks();
    if (leader.transferring != null) {
      leader.transferring.told = false;
    }
    if (state.clock != null) {
      leader.roundStarts.add(new Role.RoundStart(leader.round, state.clock));
    }
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
    if (state.counts()) {
      state.out.sendNow(state.heartbeatReply(heartbeat.from(), heartbeat.round()));
    }
  }

  void onHeartbeatReply(Message.HeartbeatReply reply) {
    if (state.role instanceof Role.Leader leader && reply.round() <= leader.round) {
      Progress progress = leader.peers.get(reply.from());
      if (progress != null) {
        progress.roundAnswered(reply.round(), reply.shortOfRoom());
        answer(leader);
      }
    }
  }

  private void answer(Role.Leader leader) {
    long answered = state.members().reached(leader::answeredRound);
    while (!leader.roundStarts.isEmpty() && leader.roundStarts.getFirst().round() <= answered) {
      leader.confirmed = leader.roundStarts.removeFirst();
    }
    while (!leader.roundReads.isEmpty() && leader.roundReads.getFirst().round() <= answered) {
      Role.RoundRead read = leader.roundReads.removeFirst();
      switch (read.reader()) {
        case Role.Reader.Client client -> state.out.readable(client.ticket(), read.index());
        case Role.Reader.Peer peer ->
            state.out.sendNow(
                new Message.ReadIndexReply(
                    state.id(), peer.id(), state.term, peer.number(), read.index()));
      }
    }
  }

  /// A follower asks about the reads that wait, unless a question is under way. Once a turn.
  void ask(Role.Follower follower) {
    if (follower.askedReads.isEmpty() && !follower.waitingReads.isEmpty()) {
      askNow(follower);
    }
  }

  private void askNow(Role.Follower follower) {
    NodeId leader = Objects.requireNonNull(follower.leader, "reads wait where no leader is known");
    follower.askedReads.addAll(follower.waitingReads);
    follower.waitingReads.clear();
    follower.askedNumber = ++state.readNumber;
    follower.askedTicksLeft = state.config.heartbeatTicks();
    state.out.sendNow(
        new Message.RequestReadIndex(state.id(), leader, state.term, follower.askedNumber));
  }

  /// Time passes at a follower: question or answer may be lost, so it asks anew, for all that wait.
  void tick(Role.Follower follower) {
    if (!follower.askedReads.isEmpty() && --follower.askedTicksLeft <= 0) {
      askNow(follower);
    }
  }

  /// A follower's newest question takes the place of its older ones, which it no longer minds.
  void onRequestReadIndex(Message.RequestReadIndex request) {
    if (state.role instanceof Role.Leader leader) {
      leader.waitingReads.removeIf(
          reader -> reader instanceof Role.Reader.Peer peer && peer.id().equals(request.from()));
      leader.waitingReads.add(new Role.Reader.Peer(request.from(), request.number()));
    }
  }

  void onReadIndexReply(Message.ReadIndexReply reply) {
    if (state.role instanceof Role.Follower follower
        && !follower.askedReads.isEmpty()
        && reply.number() == follower.askedNumber) {
      follower.askedReads.forEach(ticket -> state.out.readable(ticket, reply.index()));
      follower.askedReads.clear();
    }
  }
}
