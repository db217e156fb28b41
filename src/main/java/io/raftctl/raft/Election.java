package io.raftctl.raft;

import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.progress.Progress;
import io.raftctl.raft.rejoin.Testimonies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who leads: terms, votes and the change of roles (§5.1, §5.2, §5.4.1; thesis §4.2.3, §9.6).
final class Election {
  private final RaftState state;

  Election(RaftState state) {
    this.state = state;
  }

  /// Follows in a term, as every node does that sees a newer one (§5.1).
  ///
  /// A vote belongs to its term: it is forgotten when the term rises and **only** then. A candidate
  /// that steps down within its term keeps it, or it could vote twice.
  Role.Follower follow(long term, @Nullable NodeId leader) {
    assert term >= state.term : "terms never fall";
    refuseReads(leader);
    endTransfer(term);
    endChange(leader);
    if (term > state.term) {
      state.term = term;
      state.vote = null;
    }
    Role.Follower follower = new Role.Follower(leader, state.electionTicks());
    state.role = follower;
    return follower;
  }

  /// A message that only the leader of this term sends: follow it, wait a whole timeout again, and
  /// help nobody else to lead for the shortest one.
  Role.Follower hearFromLeader(NodeId leader) {
    state.loyalTicksLeft = state.config.electionTicksMin();
    state.heardClock = state.clock;
    return switch (state.role) {
      case Role.Follower follower -> {
        assert follower.leader == null || follower.leader.equals(leader)
            : "two leaders in term " + state.term + ": " + follower.leader + " and " + leader;
        follower.leader = leader;
        follower.ticksLeft = state.electionTicks();
        yield follower;
      }
      case Role.PreCandidate _, Role.Candidate _ -> follow(state.term, leader);
      case Role.Leader _ ->
          throw new AssertionError("two leaders in term " + state.term + ": " + leader + ", me");
    };
  }

  /// No leader was heard, or no vote won, for a whole timeout. A learner waits on.
  void timeout() {
    if (!mayLead()) {
      follow(state.term, null);
    } else if (state.config.features().preVote()) {
      canvass();
    } else {
      campaign(false);
    }
  }

  /// Whether this node's log is whole, has room for the entry that opens a term, and makes the node
  /// a voter, or did by what is committed. Who has lost an entry could not give it to anybody, and
  /// must not lead (FAST'18); and nothing rests on one that its log does not know, or knows under
  /// another incarnation.
  ///
  /// One that is not among the voters by an entry that is not committed may be the only one that
  /// holds this entry, and the others cannot win against its log: it has to lead once more until
  /// that is settled (thesis §4.2.2). Its own vote does not count then.
  private boolean mayLead() {
    return !state.log.isDamaged()
        && state.counts()
        && state.trustsItself()
        && state.room.takes(opening())
        && state.configurations.votesSince(state.commitIndex, state.id());
  }

  /// Asks whether an election could be won, before one is begun (thesis §9.6). A node that was cut
  /// off thus keeps its term, and one that only hears no leader is told that there is one.
  private void canvass() {
    refuseReads(null);
    Role.PreCandidate role = new Role.PreCandidate(state.contestedTicks());
    state.role = role;
    EntryId last = state.log.last();
    for (NodeId peer : state.otherDeciders()) {
      state.out.sendNow(new Message.RequestPreVote(state.id(), peer, state.term, last));
    }
    countPreVote(role, state.id());
  }

  /// Would vote for the sender, were it to begin the next term now. Binds nothing: what this node
  /// knows, its term and its vote stay as they are.
  void onRequestPreVote(Message.RequestPreVote request) {
    boolean leaderless = state.loyalTicksLeft == 0 && !(state.role instanceof Role.Leader);
    boolean upToDate = request.last().compareTo(state.log.last()) >= 0;
    boolean granted = state.counts() && leaderless && upToDate && request.term() >= state.term;
    state.out.sendNow(
        new Message.PreVoteReply(state.id(), request.from(), state.term, request.term(), granted));
  }

  void onPreVoteReply(Message.PreVoteReply reply) {
    boolean answersThis = reply.granted() && reply.askedTerm() == state.term;
    if (answersThis && state.role instanceof Role.PreCandidate role) {
      countPreVote(role, reply.from());
    }
  }

  private void countPreVote(Role.PreCandidate role, NodeId voter) {
    role.granted.add(voter);
    if (state.members().decided(role.granted::contains)) {
      campaign(false);
    }
  }

  /// Whether this node still owes it to a leader to help nobody else (thesis §4.2.3): it has heard
  /// from one lately, or is one that hears a quorum. Such a request does not even move the term.
  boolean owesLoyalty(Message.RequestVote request) {
    boolean loyal = state.loyalTicksLeft > 0 || state.role instanceof Role.Leader;
    return loyal && !request.transfer() && state.config.features().checkQuorum();
  }

  /// The leader wants this node to lead, which holds all that it holds (thesis §3.10).
  void onTimeoutNow(Message.TimeoutNow message) {
    if (state.role instanceof Role.Follower follower
        && message.from().equals(follower.leader)
        && mayLead()) {
      campaign(true);
    }
  }

  /// Starts an election in the next term (§5.2).
  ///
  /// @param transfer the leader of the term before wants it
  private void campaign(boolean transfer) {
    refuseReads(null);
    state.term++;
    state.vote = state.id();
    state.role = new Role.Candidate(state.turn, state.electionTicks());
    EntryId last = state.log.last();
    for (NodeId peer : state.otherDeciders()) {
      state.out.sendAfterSync(
          new Message.RequestVote(state.id(), peer, state.term, last, transfer));
    }
  }

  /// Grants the vote if it is still free, to a candidate that has all that may be committed
  /// (§5.4.1).
  void onRequestVote(Message.RequestVote request) {
    boolean free = state.counts() && (state.vote == null || state.vote.equals(request.from()));
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
    if (state.members().decided(candidate.granted::contains) && state.room.takes(opening())) {
      lead();
    }
  }

  /// Opens the term as its leader with an entry of its own: only what is committed in the own term
  /// tells a leader what else is (§5.4.2, §8).
  private void lead() {
    long first = state.log.lastIndex() + 1;
    Role.Leader leader = new Role.Leader(first);
    for (NodeId peer : state.others()) {
      leader.peers.put(peer, progressFrom(first));
    }
    state.role = leader;
    state.append(leader, opening());
  }

  /// An empty entry; but the first one of a whole log says under which incarnations its members
  /// were met. So whoever holds any entry of a log knows whom not to rest on.
  ///
  /// Who votes stays as it is, so that no commit in this term is needed first.
  private Entry opening() {
    boolean first =
        state.log.firstIndex() > state.log.lastIndex()
            && state.members().incarnations().isEmpty()
            && state.members().decided(state.met::containsKey);
    return first
        ? state.next(
            Entry.Kind.CONFIGURATION,
            ConfigurationFormat.encode(state.members().recording(state.met)))
        : state.next(Entry.Kind.NO_OP, new byte[0]);
  }

  /// Time passes at a node that forgot its term and its vote: it asks whoever has not told yet.
  void rejoin(Testimonies testimonies) {
    if (testimonies.tick(state.config.heartbeatTicks())) {
      for (NodeId peer : testimonies.missing(state.members().members())) {
        state.out.sendNow(
            new Message.RequestTerm(state.id(), peer, state.term, testimonies.number()));
      }
      regain(testimonies);
    }
  }

  /// Tells what this node has synced about its term. Whoever forgot has nothing to tell.
  void onRequestTerm(Message.RequestTerm request) {
    if (state.counts()) {
      Configuration members = state.members();
      state.out.sendAfterSync(
          new Message.TermReply(
              state.id(),
              request.from(),
              state.term,
              request.number(),
              List.copyOf(members.members()),
              members.addresses()));
    }
  }

  void onTermReply(Message.TermReply reply) {
    if (state.testimonies != null) {
      state.testimonies.take(reply.from(), reply.number(), reply.term(), reply.members());
      regain(state.testimonies);
    }
  }

  /// Counts again once all have told their terms. In the highest of them this node may have voted
  /// for anybody, so it gives that vote to itself, and does not campaign in that term.
  ///
  /// Whoever has lost its snapshot does not know who all are: that is in there.
  private void regain(Testimonies testimonies) {
    if (!state.log.lacksFront() && testimonies.missing(state.members().members()).isEmpty()) {
      assert state.term >= testimonies.termMax() : "each testimony has moved the term";
      state.vote = state.term == testimonies.termMax() ? state.id() : null;
      state.testimonies = null;
    }
  }

  /// What is known of a peer to which the entry at `next` is sent first: nothing.
  Progress progressFrom(long next) {
    return new Progress(next, state.config.heartbeatTicks(), state.config.electionTicksMin());
  }

  /// Whoever changes its role cannot vouch for the reads that it took in any more.
  private void refuseReads(@Nullable NodeId leader) {
    switch (state.role) {
      case Role.Follower follower -> {
        refuseReads(follower.askedReads, leader);
        refuseReads(follower.waitingReads, leader);
      }
      case Role.Leader deposed -> {
        deposed.waitingReads.forEach(reader -> refuseRead(reader, leader));
        deposed.roundReads.forEach(read -> refuseRead(read.reader(), leader));
      }
      case Role.PreCandidate _, Role.Candidate _ -> {}
    }
  }

  private void refuseRead(Role.Reader reader, @Nullable NodeId leader) {
    switch (reader) {
      case Role.Reader.Client client -> refuseReads(List.of(client.ticket()), leader);
      case Role.Reader.Peer _ -> {} // It hears of the new term, and asks whoever leads that.
    }
  }

  private void refuseReads(List<Long> tickets, @Nullable NodeId leader) {
    tickets.forEach(ticket -> state.out.refused(ticket, Effects.Reason.NOT_LEADER, leader));
  }

  /// A transfer has reached its end when a newer term has begun.
  private void endTransfer(long term) {
    Role.Transferring transferring =
        state.role instanceof Role.Leader deposed ? deposed.transferring : null;
    if (transferring != null && transferring.ticket != null) {
      if (term > state.term) {
        state.out.transferred(transferring.ticket, transferring.target);
      } else {
        state.out.refused(transferring.ticket, Effects.Reason.NOT_LEADER, null);
      }
    }
  }

  /// A change that was not begun never will be.
  private void endChange(@Nullable NodeId leader) {
    Role.Changing changing = state.role instanceof Role.Leader deposed ? deposed.changing : null;
    if (changing != null && changing.ticket != null) {
      state.out.refused(changing.ticket, Effects.Reason.NOT_LEADER, leader);
    }
  }
}
