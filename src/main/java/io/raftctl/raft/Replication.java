package io.raftctl.raft;

import io.raftctl.raft.progress.Progress;
import java.util.List;
import java.util.Map;

/// The log on its way: the leader's side and the follower's (§5.3), and the commit (§5.4.2).
final class Replication {
  private final RaftState state;
  private final Election election;
  private final SnapshotTransfer snapshots;
  private final Repair repair;

  Replication(RaftState state, Election election, SnapshotTransfer snapshots, Repair repair) {
    this.state = state;
    this.election = election;
    this.snapshots = snapshots;
    this.repair = repair;
  }

  /// Takes a client's command into the log if this node leads and has room.
  void propose(Input.Propose proposal) {
    if (!(state.role instanceof Role.Leader leader)) {
      state.out.refused(proposal.ticket(), Effects.Reason.NOT_LEADER, state.leader());
      return;
    }
    if (leader.transferring != null) {
      state.out.refused(proposal.ticket(), Effects.Reason.TRANSFERRING, state.id());
      return;
    }
    Entry entry = state.next(Entry.Kind.COMMAND, proposal.data());
    long limit = state.config.limits().uncommittedBytesMax();
    if (leader.uncommittedBytes > 0 && leader.uncommittedBytes + entry.size() > limit) {
      state.out.refused(proposal.ticket(), Effects.Reason.BUSY, state.id());
      return;
    }
    state.out.accepted(proposal.ticket(), state.append(leader, entry));
  }

  /// Sends each peer what it lacks and its window allows. Once a turn, so that a turn's proposals
  /// travel together.
  void replicate(Role.Leader leader) {
    RaftConfig.Limits limits = state.config.limits();
    long last = lastToSend();
    for (Map.Entry<NodeId, Progress> peer : leader.peers.entrySet()) {
      Progress progress = peer.getValue();
      if (progress.needsSnapshot(state.log.firstIndex())) {
        snapshots.send(peer.getKey(), progress);
      } else {
        progress.endTransfer();
      }
      boolean readable = progress.nextIndex() >= state.log.firstIndex();
      while (readable
          && progress.nextIndex() <= last
          && progress.maySend(limits.inflightBytesMax())) {
        long bytesMax = progress.probing() ? 0 : limits.messageBytesMax(); // At least one entry.
        long next = progress.nextIndex();
        List<Entry> entries = state.log.read(next, last, bytesMax);
        readable = !entries.isEmpty();
        if (readable) {
          sendEntries(peer.getKey(), progress, entries);
        }
      }
    }
  }

  /// The leader's own disk need not have what it sends, for the voters know its term. A leader by
  /// its own vote alone is the only one to know, and may forget: what it sends is in its log first,
  /// which proves the term, or it could lead in it twice ([io.raftctl.raft.rejoin]).
  private long lastToSend() {
    boolean decidesAlone = state.members().decided(state.id()::equals);
    return decidesAlone ? state.durable.index() : state.log.lastIndex();
  }

  private void sendEntries(NodeId peer, Progress progress, List<Entry> entries) {
    long next = entries.getFirst().index();
    EntryId previous = state.log.idAt(next - 1);
    state.out.sendNow(
        new Message.AppendEntries(
            state.id(), peer, state.term, previous, entries, state.commitIndex));
    long bytes = entries.stream().mapToLong(Entry::size).sum();
    progress.sent(entries.getLast().index(), bytes);
  }

  /// Takes the leader's entries if they continue our log; otherwise says where to look (§5.3).
  ///
  /// An acceptance is a promise that a quorum may rest on, so it leaves only after the disk has
  /// synced all it vouches for. A rejection promises nothing and leaves at once.
  void onAppendEntries(Message.AppendEntries request) {
    Role.Follower follower = election.hearFromLeader(request.from());
    EntryId previous = request.previous();
    if (!state.log.contains(previous)) {
      assert previous.index() > state.commitIndex : "the leader lacks our committed " + previous;
      EntryId hint = state.log.lastPossibleMatch(previous);
      state.out.sendNow(
          new Message.AppendRejected(state.id(), request.from(), state.term, previous, hint));
      return;
    }

    repair.mend(request.entries(), request.from());
    List<Entry> fresh = state.log.withoutMatchingPrefix(request.entries());
    if (!fresh.isEmpty()) {
      long first = fresh.getFirst().index();
      assert first > state.commitIndex : "a committed entry never changes, not even " + first;
      state.replaceFrom(first, fresh); // Discards what a deposed leader left behind.
    }

    // Only what this message proves: past lastMatch our log may still hold a rival's entries.
    state.commitTo(Math.min(request.commitIndex(), request.lastMatch()));
    state.accept(follower, request.lastMatch());
  }

  void onAppendAccepted(Message.AppendAccepted reply) {
    if (state.role instanceof Role.Leader leader && reply.heldIndex() <= state.log.lastIndex()) {
      Progress progress = leader.peers.get(reply.from());
      if (progress != null) {
        if (reply.counts()) {
          progress.accepted(reply.matchIndex(), reply.heldIndex());
          advanceCommit(leader);
        } else {
          progress.agreed(reply.matchIndex(), reply.heldIndex());
        }
      }
    }
  }

  void onAppendRejected(Message.AppendRejected reply) {
    Progress progress = state.role instanceof Role.Leader it ? it.peers.get(reply.from()) : null;
    if (progress != null) {
      EntryId hint = reply.lastPossibleMatch();
      // Before the entries that we have, nothing can be compared: the peer gets our snapshot.
      boolean known = hint.index() >= state.log.firstIndex() - 1;
      long match = known ? state.log.lastPossibleMatch(hint).index() : hint.index();
      progress.rejected(reply.previous().index(), match);
    }
  }

  /// The own disk caught up. A leader counts itself only now (thesis §10.2.1).
  void synced(long turn) {
    state.durable.synced(turn);
    if (state.role instanceof Role.Leader leader) {
      advanceCommit(leader);
    }
  }

  /// Commits what a quorum holds on its disks, if it is of this term: an older entry is committed
  /// only together with a newer one of this term, or Figure 8 happens (§5.4.2).
  private void advanceCommit(Role.Leader leader) {
    long index = state.members().reached(node -> synced(leader, node));
    if (index > state.commitIndex && state.log.termAt(index) == state.term) {
      state.commitTo(index);
    }
  }

  /// Up to where the node's disk is known to hold the log.
  private long synced(Role.Leader leader, NodeId node) {
    Progress progress = leader.peers.get(node);
    return progress == null ? state.durable.index() : progress.vouchedIndex();
  }
}
