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
/// **Who is to vote from now on must be there now.** Otherwise, of three, the removal of one right
/// after another one has crashed would leave two of which one answers, and nobody could even take
/// it back. So a change of the voters waits until those who can decide by it, in each half of a
/// joint configuration, have answered a round of heartbeats that began no earlier than the wish;
/// that they were heard a moment ago proves nothing. It is refused where no such round comes about
/// within an election timeout. Where the voters stay, there is nothing to ask.
///
/// A leader that is not among the voters any more leads until that is committed, without counting
/// itself, and then hands over.
///
/// A learner that joins votes as soon as it has caught up, by its leader's doing: the wish stands
/// in the configuration, so it survives the leader. That waits for a round too, the next that there
/// is in any case. One that comes no closer for too long is removed again.
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
  private final Reads reads;

  Membership(RaftState state, Election election, Reads reads) {
    this.state = state;
    this.election = election;
    this.reads = reads;
  }

  void request(Input.ChangeMembers wish) {
    if (!(state.role instanceof Role.Leader leader)) {
      state.out.refused(wish.ticket(), Effects.Reason.NOT_LEADER, state.leader());
    } else if (leader.transferring != null) {
      state.out.refused(wish.ticket(), Effects.Reason.TRANSFERRING, state.id());
    } else if (!settled(leader) || wished(leader)) {
      state.out.refused(wish.ticket(), Effects.Reason.CHANGE_UNDER_WAY, state.id());
    } else if (!state.members().equals(wish.before())) {
      state.out.refused(wish.ticket(), Effects.Reason.MEMBERS_CHANGED, state.id());
    } else {
      begin(leader, wish);
    }
  }

  /// Whether a change that somebody wished waits for answers. One of the leader's own gives way.
  private static boolean wished(Role.Leader leader) {
    return leader.changing != null && leader.changing.ticket != null;
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
    } else if (change.voters().equals(before.voters())) {
      leader.changing = null;
      enter(leader, wish.ticket(), next);
    } else {
      await(leader, wish.ticket(), next);
      reads.heartbeat(leader);
    }
  }

  /// Lets the change wait for the next round of heartbeats.
  private void await(Role.Leader leader, @Nullable Long ticket, Configuration next) {
    leader.changing =
        new Role.Changing(next, ticket, leader.round + 1, state.config.electionTicksMin());
  }

  /// Time passes; called once a tick of a leader.
  void tick(Role.Leader leader) {
    if (leader.changing != null) {
      leader.changing.ticksLeft--;
    }
  }

  /// Begins the change once those can decide by it who have answered and are known: it must not
  /// come to rest on others. Gives it up when its time is over.
  private void weigh(Role.Leader leader, Role.Changing changing) {
    Configuration next = changing.next;
    boolean decided =
        next.decided(node -> leader.answeredRound(node) >= changing.round && next.knows(node));
    if (decided) {
      leader.changing = null;
      enter(leader, changing.ticket, next);
    } else if (changing.ticksLeft <= 0) {
      giveUp(leader, Effects.Reason.NO_QUORUM);
    }
  }

  /// The change that waits, if any, is not begun.
  private void giveUp(Role.Leader leader, Effects.Reason reason) {
    Role.Changing changing = leader.changing;
    leader.changing = null;
    if (changing != null && changing.ticket != null) {
      state.out.refused(changing.ticket, reason, state.id());
    }
  }

  private void enter(Role.Leader leader, @Nullable Long ticket, Configuration next) {
    EntryId id = append(leader, next);
    if (ticket == null) {
      return;
    }
    if (id == null) {
      state.out.refused(ticket, Effects.Reason.NO_ROOM, state.id());
    } else {
      state.out.accepted(ticket, id);
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
    Configuration members = state.members();
    boolean disowned = members.disowns(from, received.incarnation());
    return switch (received.message()) {
      case Message.RequestVote _, Message.RequestPreVote _ ->
          disowned || members.removed().contains(from);
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
    long incarnation = received.incarnation();
    Long known = state.met.get(from);
    boolean news = known == null || known != incarnation;
    if (news && incarnation != Incarnation.UNTOLD && state.members().contains(from)) {
      state.met.put(from, incarnation);
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
    } else if (leader.transferring != null) {
      giveUp(leader, Effects.Reason.TRANSFERRING);
    } else if (recordMet(leader, now)) {
      giveUp(leader, Effects.Reason.CHANGE_UNDER_WAY); // What it waits for may be this record.
    } else if (leader.changing != null) {
      weigh(leader, leader.changing);
    } else {
      settleJoiner(leader, now);
    }
  }

  /// Records the incarnations of members that were met since. The first ones all together, so that
  /// no node of an older build is a member any more, which could not read the entry.
  ///
  /// @return whether there were any, and the disk had room
  private boolean recordMet(Role.Leader leader, Configuration now) {
    if (now.incarnations().keySet().containsAll(state.met.keySet())) {
      return false; // As ever but for a moment of a cluster's life; asked in every turn.
    }
    boolean complete = state.met.keySet().containsAll(now.members());
    if (!complete && now.incarnations().isEmpty()) {
      return false; // Somebody was not met yet.
    }
    Configuration recorded = now.recording(state.met);
    return !recorded.equals(now) && append(leader, recorded) != null;
  }

  /// Sees to it that a joining learner is promoted that has caught up, and removes one that never
  /// will.
  private void settleJoiner(Role.Leader leader, Configuration now) {
    for (NodeId joiner : now.joining()) {
      if (caughtUp(leader, joiner)) {
        await(leader, null, Change.promotion(now, joiner).from(now));
        return;
      }
      if (standsStill(leader, joiner)) {
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
