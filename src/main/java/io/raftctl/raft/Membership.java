package io.raftctl.raft;

import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.progress.Progress;
import org.jspecify.annotations.Nullable;

/// Changes of the members, by the leader (§6; thesis §4).
///
/// One change at a time: it begins only when the configuration before it is committed, and only
/// after this leader has committed an entry of its own term. Without that, two leaders could change
/// the same configuration in two ways and each find a majority ("single-server bug", 2015). A
/// change of several voters goes through a joint configuration, and this leader, or whichever comes
/// next, leaves it as soon as it is committed.
///
/// A leader that is not among the voters any more leads until that is committed, without counting
/// itself, and then hands over.
///
/// A learner that joins votes as soon as it has caught up, by its leader's doing: the wish stands
/// in the configuration, so it survives the leader. One that comes no closer for too long is
/// removed again.
///
/// A member that comes without what it has promised, because its disk was emptied, is known by its
/// incarnation: the leader records under which one it met each member first, and nobody rests
/// anything on a member that comes under another one, or has none on record where others have. **A
/// majority of such members is still one that overlaps all others**, as it is one of the voters,
/// and each of them is the same node in both.
final class Membership {
  /// So many entries behind, a node still counts as having caught up.
  private static final long CATCH_UP_ENTRIES = 1_000;

  /// A joining learner that comes no closer for so many election timeouts never will, whether it is
  /// heard or not: a minute, where the timeout is 300 ms.
  private static final int STILL_TIMEOUTS_MAX = 200;

  private final RaftState state;
  private final Election election;

  Membership(RaftState state, Election election) {
    this.state = state;
    this.election = election;
  }

  void request(Input.ChangeMembers wish) {
    if (!(state.role instanceof Role.Leader leader)) {
      state.out.refused(wish.ticket(), Effects.Reason.NOT_LEADER, state.leader());
    } else if (leader.transferring != null) {
      state.out.refused(wish.ticket(), Effects.Reason.TRANSFERRING, state.id());
    } else if (!settled(leader)) {
      state.out.refused(wish.ticket(), Effects.Reason.CHANGE_UNDER_WAY, state.id());
    } else if (!state.members().equals(wish.before())) {
      state.out.refused(wish.ticket(), Effects.Reason.MEMBERS_CHANGED, state.id());
    } else {
      begin(leader, wish);
    }
  }

  /// Whether no change waits for its commit or for its second half.
  private boolean settled(Role.Leader leader) {
    return latestCommitted(leader) && !state.members().joint();
  }

  /// Whether the configuration that counts is committed, as far as this term can tell.
  private boolean latestCommitted(Role.Leader leader) {
    return state.commitIndex >= leader.firstIndex
        && state.configurations.latestIndex() <= state.commitIndex;
  }

  private void begin(Role.Leader leader, Input.ChangeMembers wish) {
    Configuration before = state.members();
    Change change = wish.change();
    Configuration next;
    try {
      next = change.from(before);
    } catch (IllegalArgumentException senseless) {
      state.out.refused(wish.ticket(), Effects.Reason.SENSELESS_CHANGE, state.id());
      return;
    }
    boolean unprepared =
        change.voters().stream().anyMatch(node -> !before.votes(node) && !caughtUp(leader, node));
    if (unprepared) {
      state.out.refused(wish.ticket(), Effects.Reason.NOT_CAUGHT_UP, state.id());
    } else if (!hasQuorum(leader, next)) {
      state.out.refused(wish.ticket(), Effects.Reason.NO_QUORUM, state.id());
    } else {
      EntryId id = append(leader, next);
      if (id == null) {
        state.out.refused(wish.ticket(), Effects.Reason.NO_ROOM, state.id());
      } else {
        state.out.accepted(wish.ticket(), id);
      }
    }
  }

  /// Whether the node holds about all that is committed, so that it does not keep the cluster from
  /// committing once it counts (thesis §4.2.1).
  private boolean caughtUp(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    return progress != null
        && !progress.silent()
        && progress.vouchedIndex() > 0
        && progress.vouchedIndex() + CATCH_UP_ENTRIES >= state.commitIndex;
  }

  /// Whether a message comes from a node that was removed and wants to lead: it does not know yet
  /// (§6). Whatever else it sends is heard, since it may lead until its removal is committed. A
  /// node that this one does not know at all is heard too: it may be a member by entries to come.
  ///
  /// One that comes under another incarnation is heard as a leader only: those who elected it knew
  /// it by a later entry than this node has.
  boolean ignores(Input.Received received) {
    NodeId from = received.message().from();
    boolean removed = state.members().removed().contains(from);
    boolean disowned = state.members().disowns(from, received.incarnation());
    return switch (received.message()) {
      case Message.RequestVote _, Message.RequestPreVote _ -> removed || disowned;
      case Message.AppendEntries _,
          Message.InstallSnapshot _,
          Message.Heartbeat _,
          Message.ReadIndexReply _,
          Message.TimeoutNow _ ->
          false;
      case Message.VoteReply _,
          Message.PreVoteReply _,
          Message.AppendAccepted _,
          Message.AppendRejected _,
          Message.SnapshotStored _,
          Message.HeartbeatReply _,
          Message.RequestReadIndex _,
          Message.RequestEntries _,
          Message.EntriesReply _,
          Message.RequestChunk _,
          Message.RequestTerm _,
          Message.TermReply _ ->
          disowned;
    };
  }

  /// Notes under which incarnation a member speaks.
  void meet(Input.Received received) {
    NodeId from = received.message().from();
    if (received.incarnation() != Incarnation.UNTOLD && state.members().contains(from)) {
      state.met.put(from, received.incarnation());
    }
  }

  /// What of a message counts: nothing on which a quorum would rest, from a member of whom no
  /// incarnation is on record; null where nothing is left.
  @Nullable Message trusted(Input.Received received) {
    Message message = received.message();
    if (state.members().trusts(message.from(), received.incarnation())) {
      return message;
    }
    return switch (message) {
      case Message.VoteReply _, Message.PreVoteReply _, Message.HeartbeatReply _ -> null;
      case Message.AppendAccepted accepted -> accepted.countingForNothing();
      case Message.RequestVote _,
          Message.RequestPreVote _,
          Message.AppendEntries _,
          Message.InstallSnapshot _,
          Message.Heartbeat _,
          Message.ReadIndexReply _,
          Message.TimeoutNow _,
          Message.AppendRejected _,
          Message.SnapshotStored _,
          Message.RequestReadIndex _,
          Message.RequestEntries _,
          Message.EntriesReply _,
          Message.RequestChunk _,
          Message.RequestTerm _,
          Message.TermReply _ ->
          message;
    };
  }

  /// Whether the node was heard of within an election timeout. This node hears itself.
  boolean heard(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    return node.equals(state.id()) || (progress != null && !progress.silent());
  }

  /// Whether those can decide who are heard and known: a change must not come to rest on others.
  private boolean hasQuorum(Role.Leader leader, Configuration next) {
    return next.decided(node -> heard(leader, node) && next.knows(node));
  }

  /// What this change, or one that an earlier leader began, still needs. Once a turn.
  void proceed(Role.Leader leader) {
    if (!latestCommitted(leader)) {
      return;
    }
    Configuration now = state.members();
    if (now.joint()) {
      append(leader, now.left());
    } else if (!now.votes(state.id())) {
      leave(leader);
    } else if (leader.transferring == null && !recordMet(leader, now)) {
      settleJoiner(leader, now);
    }
  }

  /// Records the incarnations of members that were met since. The first ones all together, so that
  /// no node of an older build is a member any more, which could not read the entry.
  ///
  /// @return whether there were any
  private boolean recordMet(Role.Leader leader, Configuration now) {
    Configuration recorded = now.recording(state.met);
    boolean complete = state.met.keySet().containsAll(now.members());
    boolean news = !recorded.equals(now) && (complete || !now.incarnations().isEmpty());
    if (news) {
      append(leader, recorded);
    }
    return news;
  }

  /// Promotes a joining learner that has caught up, or removes one that never will.
  private void settleJoiner(Role.Leader leader, Configuration now) {
    for (NodeId joiner : now.joining()) {
      Configuration promoted = Change.promotion(now, joiner).from(now);
      boolean caughtUp = caughtUp(leader, joiner);
      if (caughtUp && hasQuorum(leader, promoted)) {
        append(leader, promoted);
        return;
      }
      if (!caughtUp && standsStill(leader, joiner)) {
        append(leader, Change.dismissal(now, joiner).from(now));
        return;
      }
    }
  }

  private boolean standsStill(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    int max = STILL_TIMEOUTS_MAX * state.config.electionTicksMin();
    return progress != null && progress.stillTicks() > max;
  }

  /// @return null where the disk has no room for it
  private @Nullable EntryId append(Role.Leader leader, Configuration next) {
    Entry entry = state.next(Entry.Kind.CONFIGURATION, ConfigurationFormat.encode(next));
    if (!state.room.takes(entry)) {
      return null;
    }
    EntryId id = state.append(leader, entry);
    leader.peers.keySet().retainAll(state.others());
    for (NodeId node : state.others()) {
      leader.peers.computeIfAbsent(node, _ -> election.progressFrom(id.index()));
    }
    // Whom a majority of the old members had confirmed, a majority of the new ones need not have.
    leader.roundStarts.clear();
    leader.confirmed = null;
    return id;
  }

  /// Not a voter any more, and that is committed: whoever holds the whole log is to lead.
  private void leave(Role.Leader leader) {
    long last = state.log.lastIndex();
    leader
        .bestPrepared(state.members()::votes)
        .filter(heir -> leader.matchIndex(heir) == last)
        .ifPresent(heir -> state.out.sendNow(new Message.TimeoutNow(state.id(), heir, state.term)));
    election.follow(state.term, null);
  }
}
