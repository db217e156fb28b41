package io.raftctl.raft;

import io.raftctl.raft.progress.Progress;
import io.raftctl.raft.repair.Damage;
import io.raftctl.raft.repair.Fetch;
import io.raftctl.raft.repair.Inquiry;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Entries that this node's disk has lost, fetched from whoever holds them (FAST'18; the package
/// `repair` says why that is safe).
///
/// A node with a hole in its log neither leads nor campaigns, and vouches for nothing from the hole
/// on. It still votes, by the last name that it holds.
final class Repair {
  /// Entries asked for at once. More would not fit into an answer, as a rule.
  private static final int WANTED_MAX = 64;

  private final RaftState state;
  private final Election election;
  private final Transfers transfers;
  private final SnapshotTransfer snapshots;
  private final Inquiry inquiry;

  /// Who has spoken while this node lacked the snapshot that says who the members are.
  private final NavigableSet<NodeId> heard = new TreeSet<>();

  /// The snapshot that is being fetched, or null.
  private @Nullable Fetch fetch;

  private long mended;
  private @Nullable NodeId mendedFrom;

  Repair(RaftState state, Election election, Transfers transfers, SnapshotTransfer snapshots) {
    this.state = state;
    this.election = election;
    this.transfers = transfers;
    this.snapshots = snapshots;
    this.inquiry = new Inquiry(state.config.heartbeatTicks());
  }

  /// A turn begins, and the disk was told to hold what the last one mended: the leader hears that
  /// this node vouches for more now.
  void beginTurn() {
    boolean whole = state.log.beginTurn();
    if (whole && state.role instanceof Role.Follower follower && follower.heldIndex > 0) {
      state.accept(follower, follower.heldIndex);
    }
  }

  void tick() {
    inquiry.tick();
    if (fetch != null) {
      fetch.tick();
    }
  }

  /// How long until the next question, in ticks.
  int ticksToSpare() {
    if (!state.log.isDamaged()) {
      return Integer.MAX_VALUE;
    }
    return fetch == null ? inquiry.ticksLeft() : Math.min(inquiry.ticksLeft(), fetch.ticksLeft());
  }

  /// An entry could not be read. It may be in memory still.
  void unreadable(Input.Unreadable unreadable) {
    Entry cached = state.log.lost(unreadable.entry());
    if (cached != null) {
      mend(List.of(cached), state.id());
    }
    if (unreadable.toApply()) {
      // Nothing before the log: a snapshot has taken the place of that, and is handed out instead.
      long before = Math.max(unreadable.entry().index(), state.log.firstIndex()) - 1;
      state.handedOut = Math.min(state.handedOut, before);
    }
  }

  /// What this turn has found or not mended: ends a leadership, and asks. At the end of each turn.
  void proceed() {
    if (state.log.isDamaged()) {
      snapshots.held(state.snapshots); // The log may do without what was lost.
    }
    fetchOn();
    if (!state.log.isDamaged()) {
      return;
    }
    switch (state.role) {
      case Role.Leader leader -> {
        transfers
            .heir(leader)
            .ifPresent(
                heir -> state.out.sendNow(new Message.TimeoutNow(state.id(), heir, state.term)));
        election.follow(state.term, null);
      }
      case Role.PreCandidate _, Role.Candidate _ -> election.follow(state.term, null);
      case Role.Follower _ -> {}
    }
    List<EntryId> wanted = state.log.wanted(WANTED_MAX);
    NavigableSet<NodeId> peers = peers();
    if (!wanted.isEmpty() && !peers.isEmpty() && inquiry.ticksLeft() == 0) {
      inquiry.forgetBefore(wanted.getFirst().index());
      state.out.sendNow(
          new Message.RequestEntries(
              state.id(), inquiry.ask(peers), state.term, wanted, state.log.lacksFront()));
    }
  }

  /// Asks for the next chunk of a snapshot, unless it is not needed any more: a leader sends its
  /// own without being asked.
  private void fetchOn() {
    if (fetch == null) {
      return;
    }
    if (!isToFetch(fetch.snapshot()) || fetch.isVain()) {
      fetch = null;
    } else if (fetch.ticksLeft() == 0) {
      state.out.sendNow(
          new Message.RequestChunk(
              state.id(), fetch.peer(), state.term, fetch.snapshot(), fetch.ask()));
    }
  }

  private boolean isToFetch(Snapshot snapshot) {
    return state.log.isDamaged()
        && state.log.wholeTo() < snapshot.last().index()
        && state.leader() == null;
  }

  /// A chunk that was asked for has come.
  void onChunk(Message.InstallSnapshot chunk) {
    if (fetch != null
        && fetch.peer().equals(chunk.from())
        && fetch.snapshot().equals(chunk.snapshot())) {
      state.out.receiveChunk(chunk);
    }
  }

  /// A chunk was stored.
  void stored(Input.ChunkStored stored) {
    if (fetch != null
        && fetch.peer().equals(stored.from())
        && fetch.snapshot().last().equals(stored.last())) {
      fetch.stored(stored.position());
    }
  }

  /// Somebody speaks.
  void heard(NodeId node) {
    if (state.log.lacksFront()) {
      heard.add(node);
    }
  }

  /// The other members, as far as this node knows them; and its leader, who is one by an entry that
  /// may be lost. Where nothing says any more who they are, whoever speaks may be one.
  private NavigableSet<NodeId> peers() {
    NavigableSet<NodeId> peers = new TreeSet<>(state.others());
    if (state.log.lacksFront()) {
      peers.addAll(heard);
    }
    if (state.role instanceof Role.Follower follower && follower.leader != null) {
      peers.add(follower.leader);
    }
    return peers;
  }

  /// Gives what is whole here. Whatever its role and term, and damaged or not itself.
  void onRequestEntries(Message.RequestEntries request) {
    List<Entry> entries = new ArrayList<>();
    List<EntryId> lacking = new ArrayList<>();
    long bytes = 0;
    Snapshot instead = null;
    for (EntryId id : request.wanted()) {
      boolean front = request.lostFront() && id.equals(request.wanted().getFirst());
      if (front || id.index() < state.log.firstIndex()) {
        if (standsFor(id)) {
          instead = giveSnapshot(request.from(), id.index());
        } else {
          lacking.add(id);
        }
        continue;
      }
      Entry entry = state.log.whole(id);
      if (entry == null) {
        lacking.add(id);
        continue;
      }
      bytes += entry.size();
      if (bytes > state.config.limits().messageBytesMax() && !entries.isEmpty()) {
        break;
      }
      entries.add(entry);
    }
    long firstIndex = state.log.lacksFront() ? 1 : state.log.firstIndex();
    state.out.sendNow(
        new Message.EntriesReply(
            state.id(), request.from(), state.term, entries, lacking, firstIndex, instead));
  }

  /// Whether this node has, or comes to, a state that holds an entry which is in a snapshot
  /// somewhere.
  private boolean standsFor(EntryId id) {
    return !state.log.lacksFront() && state.log.contains(id);
  }

  /// The peer lacks what is in a snapshot here. A leader sends it; of anybody else it is asked for.
  ///
  /// The entry is committed, since it was in a snapshot here or at the peer, and this log agrees
  /// with it up to there. If no snapshot here is as new, the next one is, as soon as that is
  /// applied.
  ///
  /// @return the one to ask for, or null where there is none yet
  private @Nullable Snapshot giveSnapshot(NodeId peer, long index) {
    state.commitTo(index);
    Progress progress = state.role instanceof Role.Leader it ? it.peers.get(peer) : null;
    if (progress != null) {
      progress.lost(index);
    }
    Snapshot newest = state.snapshots.isEmpty() ? null : state.snapshots.getLast();
    if (newest != null && newest.last().index() >= index) {
      return newest;
    }
    state.out.takeSnapshot();
    return null;
  }

  void onEntriesReply(Message.EntriesReply reply) {
    mend(reply.entries(), reply.from());
    Snapshot offered = reply.snapshot();
    long covered = offered == null ? 0 : offered.last().index() + 1;
    inquiry.answered(reply.from(), reply.lacking(), Math.max(reply.firstIndex(), covered));
    if (fetch == null && offered != null && isToFetch(offered)) {
      fetch = new Fetch(reply.from(), offered, state.config.electionTicksMin());
    }
  }

  /// Takes from a peer what this node has lost.
  void mend(List<Entry> entries, NodeId from) {
    int count = state.mend(entries);
    if (count > 0) {
      mended += count;
      mendedFrom = from;
      inquiry.helped(from);
    }
  }

  /// How many entries this node has again that it had lost.
  long mended() {
    return mended;
  }

  /// What the operator may know.
  Damage damage() {
    if (mended == 0 && !state.log.isDamaged()) {
      return Damage.NONE;
    }
    EntryId first = state.log.wantedCount() == 0 ? null : state.log.wanted(1).getFirst();
    NavigableSet<NodeId> peers = peers();
    // Who joined a cluster and has lost its snapshot need not know any member.
    boolean known = !peers.isEmpty() || state.members().votes(state.id());
    Damage.Prospect prospect =
        first != null && known ? inquiry.prospect(first.index(), peers) : Damage.Prospect.ASKING;
    return new Damage(
        state.log.wantedCount(),
        first,
        state.log.lacksFront(),
        prospect,
        List.copyOf(peers),
        mended,
        mendedFrom);
  }
}
