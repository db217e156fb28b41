package io.raftctl.raft;

import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.progress.Progress;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.SnapshotWork;
import io.raftctl.raft.snapshot.Transfer;
import java.util.List;

/// Snapshots in place of entries that are gone (§7): the leader's side and the follower's.
///
/// The bytes never come here. The leader says which chunk is to be read and sent; the follower has
/// chunks stored as they come, and hears when a snapshot is whole. What a snapshot holds is
/// committed, and the same on every node that has it, so a transfer may go on from another leader.
final class SnapshotTransfer {
  /// Small beside a connection's speed, so that what waits behind a chunk does not wait long.
  private static final long CHUNK_BYTES_MAX = 256 << 10;

  private final RaftState state;
  private final Election election;

  SnapshotTransfer(RaftState state, Election election) {
    this.state = state;
    this.election = election;
  }

  /// Sends a peer the next chunks of a snapshot, as its window allows. Once a turn.
  void send(NodeId peer, Progress progress) {
    if (state.snapshots.isEmpty()
        || state.snapshots.getLast().last().index() < progress.lostIndex()) {
      return; // The only one was found rotten, here or at the peer; the next one is on its way.
    }
    Snapshot snapshot = choose(progress);
    Transfer transfer = progress.transferOf(snapshot);
    RaftConfig.Limits limits = state.config.limits();
    long chunkMax = Math.min(CHUNK_BYTES_MAX, limits.messageBytesMax());
    while (transfer.maySend(limits.inflightBytesMax() / 4)) {
      sendChunk(peer, snapshot, transfer, Math.min(chunkMax, snapshot.bytes() - transfer.next()));
    }
    if (transfer.mayAsk()) {
      sendChunk(peer, snapshot, transfer, 0);
    }
  }

  private void sendChunk(NodeId peer, Snapshot snapshot, Transfer transfer, long length) {
    state.out.sendChunk(
        new SnapshotWork.Chunk(peer, state.term, snapshot, transfer.next(), (int) length));
    transfer.sent(length);
  }

  /// Gives a chunk to a peer that has no leader to get it from, whatever the role and term here.
  void onRequestChunk(Message.RequestChunk request) {
    Snapshot snapshot = request.snapshot();
    if (state.snapshots.contains(snapshot)) {
      long chunkMax = Math.min(CHUNK_BYTES_MAX, state.config.limits().messageBytesMax());
      long length = Math.min(chunkMax, snapshot.bytes() - request.position());
      state.out.sendChunk(
          new SnapshotWork.Chunk(
              request.from(),
              Message.InstallSnapshot.ASKED_FOR,
              snapshot,
              request.position(),
              (int) length));
    }
  }

  /// The one under way for as long as it is of use: where a newer one came every time before the
  /// last one has arrived, the peer would never catch up.
  private Snapshot choose(Progress progress) {
    Snapshot underWay = progress.snapshot();
    long last = Math.max(state.log.firstIndex() - 1, progress.lostIndex());
    if (underWay != null && state.snapshots.contains(underWay) && underWay.last().index() >= last) {
      return underWay;
    }
    return state.snapshots.getLast();
  }

  void onSnapshotStored(Message.SnapshotStored reply) {
    Progress progress = state.role instanceof Role.Leader it ? it.peers.get(reply.from()) : null;
    if (progress != null) {
      progress.stored(reply.last(), reply.position());
    }
  }

  /// Has a chunk stored, unless this node has all that the snapshot holds.
  ///
  /// A log with the snapshot's last entry agrees with it up to there (Log Matching), and what is
  /// behind stays (Figure 13, rule 6). Where an entry up to there is damaged, the snapshot takes
  /// its place.
  void onInstallSnapshot(Message.InstallSnapshot chunk) {
    Role.Follower follower = election.hearFromLeader(chunk.from());
    EntryId last = chunk.snapshot().last();
    if (state.log.contains(last) && last.index() <= state.log.wholeTo()) {
      state.commitTo(last.index());
      state.accept(follower, last.index());
    } else {
      state.out.receiveChunk(chunk);
    }
  }

  void stored(Input.ChunkStored stored) {
    if (stored.from().equals(state.leader())) {
      state.out.sendNow(
          new Message.SnapshotStored(
              state.id(), stored.from(), state.term, stored.last(), stored.position()));
    }
  }

  /// Puts a snapshot in the place of the log, if the log does not hold all of it by now. The file
  /// is safe already: were the node to end here, it would do the same at its start.
  void received(Input.SnapshotReceived received) {
    EntryId last = received.last();
    if (!state.log.contains(last)) {
      assert !(state.role instanceof Role.Leader) : "a leader lacks the committed " + last;
      state.log.startAfter(last);
      Configuration members = received.members();
      state.configurations.restart(
          last.index(), members != null ? members : Configuration.of(state.config.voters()));
      state.durable.startAfter(last.index());
      state.handedOut = last.index();
      state.out.install(last);
    } else if (state.log.wholeTo() < last.index()) {
      state.cover(last, received.members());
      state.handedOut = Math.max(state.handedOut, last.index());
      state.out.restore(last);
    }
    state.commitTo(last.index());
    if (state.role instanceof Role.Follower follower && received.leader().equals(follower.leader)) {
      state.accept(follower, Math.max(last.index(), follower.heldIndex));
    }
  }

  /// Other snapshots are held than before. The log keeps what follows the newest but one: if the
  /// newest turns out to be rotten, that one and the log have everything; and peers that are not
  /// far behind get entries. Where the log has lost what is before the newest, it is of no such
  /// use.
  void held(List<Snapshot> snapshots) {
    state.snapshots = List.copyOf(snapshots);
    boolean damaged =
        !snapshots.isEmpty() && state.log.wholeTo() < snapshots.getLast().last().index();
    int keptFrom = snapshots.size() - (damaged ? 1 : 2);
    if (keptFrom >= 0) {
      long index = Math.min(snapshots.get(keptFrom).last().index(), state.handedOut);
      if (index >= state.log.firstIndex()) {
        state.log.compactTo(index);
        state.configurations.compactTo(index);
        state.out.compactTo(index);
      }
    }
  }
}
