package io.raftctl.raft;

import io.raftctl.raft.progress.Progress;
import org.jspecify.annotations.Nullable;

/// Who leads: terms, votes and the change of roles (§5.1, §5.2, §5.4.1).
final class Election {
  private final RaftState state;

  Election(RaftState state) {
    this.state = state;
  }

  /// Follows in a term, as every node does that sees a newer one (§5.1).
  ///
  /// A vote belongs to its term: it is forgotten when the term rises and **only** then. A candidate
  /// that steps down within its term keeps it, or it could vote twice.
  void follow(long term, @Nullable NodeId leader) {
    assert term >= state.term : "terms never fall";
    refuseReads(leader);
    if (term > state.term) {
      state.term = term;
      state.vote = null;
    }
    state.role = new Role.Follower(leader, state.electionTicks());
  }

  /// A message that only the leader of this term sends: follow it, and wait a whole timeout again.
  void hearFromLeader(NodeId leader) {
    switch (state.role) {
      case Role.Follower follower -> {
        assert follower.leader == null || follower.leader.equals(leader)
            : "two leaders in term " + state.term + ": " + follower.leader + " and " + leader;
        follower.leader = leader;
        follower.ticksLeft = state.electionTicks();
      }
      case Role.Candidate _ -> follow(state.term, leader);
      case Role.Leader _ ->
          throw new AssertionError("two leaders in term " + state.term + ": " + leader + ", me");
    }
  }

  /// Starts an election in the next term (§5.2).
  void campaign() {
    state.term++;
    state.vote = state.id();
    state.role = new Role.Candidate(state.turn, state.electionTicks());
    EntryId last = state.log.last();
    for (NodeId peer : state.config.peers()) {
      state.out.sendAfterSync(new Message.RequestVote(state.id(), peer, state.term, last));
    }
  }

  /// Grants the vote if it is still free, to a candidate that has all that may be committed
  /// (§5.4.1).
  void onRequestVote(Message.RequestVote request) {
    boolean free = state.vote == null || state.vote.equals(request.from());
    boolean upToDate = request.last().compareTo(state.log.last()) >= 0;
    if (free && upToDate && state.role instanceof Role.Follower follower) {
      state.vote = request.from();
      follower.ticksLeft = state.electionTicks();
      state.out.sendAfterSync(new Message.VoteReply(state.id(), request.from(), state.term, true));
    } else {
      state.out.sendNow(new Message.VoteReply(state.id(), request.from(), state.term, false));
      if (state.role instanceof Role.Candidate candidate) {
        meetRival(candidate, request);
      }
    }
  }

  /// Another candidate of this term: the vote may be split, and to wait a whole timeout for that to
  /// show would only prolong the time without a leader. A rival that wins nevertheless is heard of
  /// within a heartbeat interval. One whose log is ahead goes first: we could not win against it,
  /// and each term that we begin makes it wait anew.
  private void meetRival(Role.Candidate candidate, Message.RequestVote request) {
    if (request.last().compareTo(state.log.last()) <= 0) {
      candidate.ticksLeft = Math.min(candidate.ticksLeft, state.contestedTicks());
    }
  }

  void onVoteReply(Message.VoteReply reply) {
    if (state.role instanceof Role.Candidate candidate && reply.granted()) {
      count(candidate, reply.from());
    }
  }

  /// The disk caught up: a candidate may count the vote that it gave itself.
  void synced(long turn) {
    if (state.role instanceof Role.Candidate candidate && candidate.turn <= turn) {
      count(candidate, state.id());
    }
  }

  private void count(Role.Candidate candidate, NodeId voter) {
    candidate.granted.add(voter);
    if (candidate.granted.size() >= state.config.quorum()) {
      lead();
    }
  }

  /// Opens the term as its leader with an empty entry: only what is committed in the own term tells
  /// a leader what else is (§5.4.2, §8).
  private void lead() {
    EntryId opening = new EntryId(state.term, state.log.lastIndex() + 1);
    Role.Leader leader = new Role.Leader(opening.index());
    int heartbeatTicks = state.config.heartbeatTicks();
    int electionTicks = state.config.electionTicksMin();
    for (NodeId peer : state.config.peers()) {
      leader.peers.put(peer, new Progress(opening.index(), heartbeatTicks, electionTicks));
    }
    state.role = leader;
    Entry entry = new Entry(opening, Entry.Kind.NO_OP, new byte[0]);
    state.log.append(entry);
    state.out.append(entry);
    leader.uncommittedBytes += entry.size();
  }

  /// A leader that steps down cannot vouch for its reads any more.
  private void refuseReads(@Nullable NodeId leader) {
    if (state.role instanceof Role.Leader deposed) {
      deposed.waitingReads.forEach(
          ticket -> state.out.refused(ticket, Effects.Reason.NOT_LEADER, leader));
      deposed.roundReads.forEach(
          read -> state.out.refused(read.ticket(), Effects.Reason.NOT_LEADER, leader));
    }
  }
}
