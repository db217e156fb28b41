package io.raftctl.raft;

import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
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
/// in the configuration, so it survives the leader. One that is silent for too long is removed
/// again.
final class Membership {
  /// So many entries behind, a node still counts as having caught up.
  private static final long CATCH_UP_ENTRIES = 1_000;

  /// A joining learner that is silent for so many election timeouts will not come: a minute, where
  /// the timeout is 300 ms.
  private static final int SILENT_TIMEOUTS_MAX = 200;

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
    } else if (!next.decided(node -> heard(leader, node))) {
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
        && progress.matchIndex() > 0
        && progress.matchIndex() + CATCH_UP_ENTRIES >= state.commitIndex;
  }

  /// Whether a message comes from a node that was removed and wants to lead: it does not know yet
  /// (§6). Whatever else it sends is heard, since it may lead until its removal is committed. A
  /// node that this one does not know at all is heard too: it may be a member by entries to come.
  boolean ignores(Message message) {
    boolean campaigns =
        message instanceof Message.RequestVote || message instanceof Message.RequestPreVote;
    return campaigns && state.members().removed().contains(message.from());
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
    } else if (leader.transferring == null) {
      settleJoiner(leader, now);
    }
  }

  /// Promotes a joining learner that has caught up, or removes one that will not come.
  private void settleJoiner(Role.Leader leader, Configuration now) {
    for (NodeId joiner : now.joining()) {
      Configuration promoted = Change.promotion(now, joiner).from(now);
      int silentMax = SILENT_TIMEOUTS_MAX * state.config.electionTicksMin();
      if (caughtUp(leader, joiner) && promoted.decided(node -> heard(leader, node))) {
        append(leader, promoted);
        return;
      }
      if (leader.silentJoiners.getOrDefault(joiner, 0) > silentMax) {
        append(leader, Change.dismissal(now, joiner).from(now));
        return;
      }
    }
  }

  /// Time passes; called once a tick of a leader.
  void tick(Role.Leader leader) {
    leader.silentJoiners.keySet().retainAll(state.members().joining());
    for (NodeId joiner : state.members().joining()) {
      leader.silentJoiners.merge(
          joiner, 1, (silent, more) -> heard(leader, joiner) ? 0 : silent + more);
    }
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
