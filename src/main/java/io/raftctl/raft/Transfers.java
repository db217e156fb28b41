package io.raftctl.raft;

import io.raftctl.raft.progress.Progress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Leadership handed over on purpose (thesis §3.10), or given away because the own disk hangs or is
/// full.
///
/// The leader takes no more proposals, waits until the target holds its whole log and all of it is
/// committed, and tells it to campaign; the others elect it although they still hear this leader.
/// If no newer term has begun by the deadline, this leader goes on. Nobody's answer is lost on the
/// way: all that was accepted before is committed before.
final class Transfers {
  private final RaftState state;

  Transfers(RaftState state) {
    this.state = state;
  }

  void request(Input.Transfer wish) {
    if (!(state.role instanceof Role.Leader leader)) {
      state.out.refused(wish.ticket(), Effects.Reason.NOT_LEADER, state.leader());
    } else if (leader.transferring != null) {
      state.out.refused(wish.ticket(), Effects.Reason.TRANSFERRING, state.id());
    } else if (state.id().equals(wish.target())) {
      state.out.transferred(wish.ticket(), state.id());
    } else {
      (wish.target() == null ? heir(leader) : target(leader, wish.target()))
          .ifPresentOrElse(
              target -> begin(leader, target, wish.ticket()),
              () -> state.out.refused(wish.ticket(), Effects.Reason.NO_TARGET, state.id()));
    }
  }

  /// The one wished for, if it is heard and has room.
  private Optional<NodeId> target(Role.Leader leader, NodeId wished) {
    return leader.bestPrepared(
        peer -> peer.equals(wished) && votes(peer) && !leader.knowsShortOfRoom(peer));
  }

  /// Who is to lead where this node's disk is full. Only one that is known to have room: otherwise
  /// the full ones would hand a leadership round that none of them can use.
  private Optional<NodeId> withRoom(Role.Leader leader) {
    return leader.bestPrepared(peer -> votes(peer) && leader.knowsRoom(peer));
  }

  /// Who is to lead where this node cannot: whoever is heard and holds most of the log, with room
  /// if there is such a one.
  Optional<NodeId> heir(Role.Leader leader) {
    return leader
        .bestPrepared(peer -> votes(peer) && !leader.knowsShortOfRoom(peer))
        .or(() -> leader.bestPrepared(this::votes));
  }

  private boolean votes(NodeId peer) {
    return state.members().voters().contains(peer);
  }

  private void begin(Role.Leader leader, NodeId target, @Nullable Long ticket) {
    leader.transferring =
        new Role.Transferring(target, ticket, 2 * state.config.electionTicksMin());
  }

  /// Time passes; called once a tick of a leader.
  void tick(Role.Leader leader) {
    Role.Transferring transferring = leader.transferring;
    if (transferring != null && --transferring.ticksLeft <= 0) {
      leader.transferring = null;
      state.unsyncedTicks = 0; // A disk that hangs is reason to try again, but not at once.
      if (transferring.ticket != null) {
        state.out.refused(transferring.ticket, Effects.Reason.TOO_LATE, state.id());
      }
    } else if (transferring == null && diskHangs()) {
      heir(leader).ifPresent(target -> begin(leader, target, null));
    } else if (transferring == null && state.room.isShort()) {
      withRoom(leader).ifPresent(target -> begin(leader, target, null));
    }
  }

  /// Whether a sync takes longer than an election timeout while a majority gets on without it: then
  /// each of them would lead better. Where all disks are as slow, there is nothing to gain.
  private boolean diskHangs() {
    return state.unsyncedTicks >= state.config.electionTicksMin()
        && state.commitIndex > state.durable.index();
  }

  /// Tells the target to campaign once it lacks nothing, and again after each heartbeat: the word
  /// may get lost, and who has heard it before is in a newer term. Once a turn.
  void tellIfReady(Role.Leader leader) {
    Role.Transferring transferring = leader.transferring;
    if (transferring == null || transferring.told) {
      return;
    }
    long last = state.log.lastIndex();
    Progress target = leader.peers.get(transferring.target);
    boolean holdsAll = target != null && target.matchIndex() == last;
    if (holdsAll && state.commitIndex == last) {
      leader.leaseVoid = true;
      transferring.told = true;
      state.out.sendNow(new Message.TimeoutNow(state.id(), transferring.target, state.term));
    }
  }
}
