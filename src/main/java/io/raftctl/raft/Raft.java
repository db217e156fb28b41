package io.raftctl.raft;

import io.raftctl.raft.log.EntrySource;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.progress.Progress;
import io.raftctl.raft.progress.Queues;
import io.raftctl.raft.repair.Damage;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The consensus of one node: inputs in, effects out. No thread, clock, socket or file.
///
/// One thread calls [#step]; the outside carries out the effects of a turn before it asks for the
/// next. What the node promises to others rests on its disk, so the order of [Effects] is to be
/// kept. The random generator decides election timeouts only: the same inputs and the same seed
/// give the same effects.
public final class Raft {
  private final RaftState state;
  private final Election election;
  private final Replication replication;
  private final Reads reads;
  private final SnapshotTransfer snapshots;
  private final Transfers transfers;
  private final Repair repair;
  private final Membership membership;
  private HardState lastHardState;

  /// Starts, or starts again, as a follower.
  ///
  /// @param hardState what the disk remembers
  /// @param source what the disk holds of the log, all of it synced
  /// @param held the snapshots that the disk holds, in the order of their last entries; the log
  ///   holds the last entry of the newest one, or starts right after it, and the state machine has
  ///   been restored from it. Where none reaches the log, what lies before that is lost, and the
  ///   state machine has nothing
  /// @param base the members by the newest snapshot; null where it does not say, or there is none
  public Raft(
      RaftConfig config,
      HardState hardState,
      EntrySource source,
      List<Snapshot> held,
      @Nullable Configuration base,
      RandomGenerator random) {
    state = new RaftState(config, hardState, source, held, base, random);
    election = new Election(state);
    snapshots = new SnapshotTransfer(state, election);
    transfers = new Transfers(state);
    repair = new Repair(state, election, transfers, snapshots);
    replication = new Replication(state, election, snapshots, repair);
    reads = new Reads(state, election);
    membership = new Membership(state, election, reads);
    lastHardState = hardState;
  }

  /// Takes one turn: all inputs, in order, and then what they add up to.
  public Effects step(List<Input> inputs) {
    state.turn++;
    repair.beginTurn();
    for (Input input : inputs) {
      switch (input) {
        case Input.Clock clock -> state.clock = clock.milliTicks();
        case Input.Tick _ -> tick();
        case Input.Received received -> receive(received);
        case Input.Propose proposal -> replication.propose(proposal);
        case Input.Read read -> reads.request(read);
        case Input.Transfer wish -> transfers.request(wish);
        case Input.ChangeMembers wish -> membership.request(wish);
        case Input.Synced synced -> synced(synced.turn());
        case Input.Unreadable unreadable -> repair.unreadable(unreadable);
        case Input.RoomLeft left -> state.room = left.room();
        case Input.SnapshotsHeld held -> snapshots.held(held.snapshots());
        case Input.ChunkStored stored -> {
          snapshots.stored(stored);
          repair.stored(stored);
        }
        case Input.SnapshotReceived received -> snapshots.received(received);
      }
    }
    switch (state.role) {
      case Role.Leader leader -> {
        membership.proceed(leader);
        replication.replicate(leader);
        reads.startRound(leader);
        transfers.tellIfReady(leader);
      }
      case Role.Follower follower -> reads.ask(follower);
      case Role.PreCandidate _, Role.Candidate _ -> {}
    }
    return endTurn();
  }

  private void tick() {
    repair.tick();
    state.loyalTicksLeft = Math.max(0, state.loyalTicksLeft - 1);
    if (state.testimonies != null) {
      election.rejoin(state.testimonies);
    }
    state.unsyncedTicks = state.writtenTurn > state.syncedTurn ? state.unsyncedTicks + 1 : 0;
    switch (state.role) {
      case Role.Follower follower -> {
        if (--follower.ticksLeft <= 0) {
          election.timeout();
        } else {
          reads.tick(follower);
        }
      }
      case Role.PreCandidate canvasser -> {
        if (--canvasser.ticksLeft <= 0) {
          election.timeout();
        }
      }
      case Role.Candidate candidate -> {
        // Its requests leave with its own vote: while the disk keeps both back, no time is lost.
        if (candidate.granted.contains(state.id()) && --candidate.ticksLeft <= 0) {
          election.timeout();
        }
      }
      case Role.Leader leader -> {
        leader.peers.values().forEach(Progress::tick);
        if (state.config.features().checkQuorum() && !hearsQuorum(leader)) {
          election.follow(state.term, null);
          return;
        }
        transfers.tick(leader);
        membership.tick(leader);
        if (--leader.heartbeatTicksLeft <= 0) {
          reads.heartbeat(leader);
        }
      }
    }
  }

  /// A leader that has heard from no majority for an election timeout steps down (thesis §6.2): it
  /// can commit nothing, and clients had better look elsewhere than wait for it.
  private boolean hearsQuorum(Role.Leader leader) {
    return state.members().decided(node -> membership.heard(leader, node));
  }

  /// Settles terms (§5.1), then dispatches: every handler may take it that the terms are equal.
  /// Only what asks and answers before a term begins is beyond them (thesis §9.6), and what asks
  /// for lost entries and answers that; and so is a candidate whom this node must not even hear
  /// (thesis §4.2.3).
  private void receive(Input.Received received) {
    Message message = received.message();
    if (!message.to().equals(state.id()) || membership.ignores(received)) {
      return;
    }
    membership.meet(received);
    repair.heard(message.from());
    if (message instanceof Message.RequestEntries request) {
      repair.onRequestEntries(request);
      return;
    }
    if (message instanceof Message.EntriesReply reply) {
      repair.onEntriesReply(reply);
      return;
    }
    if (message instanceof Message.RequestChunk request) {
      snapshots.onRequestChunk(request);
      return;
    }
    if (message instanceof Message.InstallSnapshot chunk && chunk.isAskedFor()) {
      repair.onChunk(chunk);
      return;
    }
    if (message instanceof Message.RequestVote request && election.owesLoyalty(request)) {
      return;
    }
    if (message.term() > state.term && !(message instanceof Message.RequestPreVote)) {
      election.follow(message.term(), null);
    }
    boolean stale = message.term() < state.term;
    if (stale
        && !(message instanceof Message.PreVoteReply)
        && !(message instanceof Message.TermReply)) {
      rejectStale(message);
      return;
    }
    Message trusted = membership.trusted(received);
    if (trusted != null) {
      dispatch(trusted);
    }
  }

  private void dispatch(Message message) {
    switch (message) {
      case Message.RequestVote request -> election.onRequestVote(request);
      case Message.VoteReply reply -> election.onVoteReply(reply);
      case Message.RequestPreVote request -> election.onRequestPreVote(request);
      case Message.PreVoteReply reply -> election.onPreVoteReply(reply);
      case Message.TimeoutNow now -> election.onTimeoutNow(now);
      case Message.AppendEntries request -> replication.onAppendEntries(request);
      case Message.AppendAccepted reply -> replication.onAppendAccepted(reply);
      case Message.AppendRejected reply -> replication.onAppendRejected(reply);
      case Message.InstallSnapshot chunk -> snapshots.onInstallSnapshot(chunk);
      case Message.SnapshotStored reply -> snapshots.onSnapshotStored(reply);
      case Message.Heartbeat heartbeat -> reads.onHeartbeat(heartbeat);
      case Message.HeartbeatReply reply -> reads.onHeartbeatReply(reply);
      case Message.RequestReadIndex request -> reads.onRequestReadIndex(request);
      case Message.ReadIndexReply reply -> reads.onReadIndexReply(reply);
      case Message.RequestTerm request -> election.onRequestTerm(request);
      case Message.TermReply reply -> election.onTermReply(reply);
      case Message.RequestEntries _, Message.EntriesReply _, Message.RequestChunk _ ->
          throw new AssertionError("heeds no terms: " + message);
    }
  }

  /// Tells the sender of a stale request our term, so that it steps down. Stale answers are
  /// dropped.
  private void rejectStale(Message message) {
    NodeId from = message.from();
    switch (message) {
      case Message.RequestVote _ ->
          state.out.sendNow(new Message.VoteReply(state.id(), from, state.term, false));
      case Message.RequestPreVote request -> election.onRequestPreVote(request);
      case Message.RequestTerm request -> election.onRequestTerm(request);
      case Message.AppendEntries _, Message.Heartbeat _, Message.InstallSnapshot _ ->
          state.out.sendNow(state.heartbeatReply(from, 0));
      case Message.VoteReply _,
          Message.SnapshotStored _,
          Message.PreVoteReply _,
          Message.TimeoutNow _,
          Message.RequestReadIndex _,
          Message.ReadIndexReply _,
          Message.AppendAccepted _,
          Message.AppendRejected _,
          Message.HeartbeatReply _,
          Message.TermReply _ -> {}
      case Message.RequestEntries _, Message.EntriesReply _, Message.RequestChunk _ ->
          throw new AssertionError("heeds no terms: " + message);
    }
  }

  private void synced(long turn) {
    state.syncedTurn = Math.max(state.syncedTurn, turn);
    state.unsyncedTicks = 0;
    election.synced(turn);
    replication.synced(turn);
  }

  private Effects endTurn() {
    List<Entry> committed = handOut();
    repair.proceed();
    HardState hardState = new HardState(state.term, state.vote);
    // Whoever forgot its promises writes none: after another crash it must know that it forgot.
    boolean changed = state.counts() && !hardState.equals(lastHardState);
    lastHardState = changed ? hardState : lastHardState;
    List<Entry> appended = state.out.appended();
    if (!appended.isEmpty()) {
      state.durable.written(state.turn, appended.getFirst().index(), appended.getLast().index());
    }
    boolean repaired = !state.out.repaired().isEmpty();
    if (changed || repaired || !appended.isEmpty()) {
      state.writtenTurn = state.turn;
    }
    boolean more = repaired || state.handedOut < handOutTo();
    return state.out.take(state.turn, changed ? hardState : null, committed, more);
  }

  /// The next committed entries to apply, a message's worth at most, so that a long replay does not
  /// keep the node from its heartbeats.
  private List<Entry> handOut() {
    if (state.handedOut >= handOutTo()) {
      return List.of();
    }
    long bytesMax = state.config.limits().messageBytesMax();
    List<Entry> entries = state.log.read(state.handedOut + 1, state.commitIndex, bytesMax);
    if (entries.isEmpty()) {
      return entries; // Right now the next one was found to be damaged.
    }
    state.handedOut = entries.getLast().index();
    if (state.role instanceof Role.Leader leader) {
      for (Entry entry : entries) {
        leader.uncommittedBytes -= entry.index() >= leader.firstIndex ? entry.size() : 0;
      }
    }
    return entries;
  }

  /// What is committed, and behind no damaged entry.
  private long handOutTo() {
    return Math.min(state.commitIndex, state.log.wholeTo());
  }

  /// How many ticks may pass before this node has something to do, if nothing else happens: at
  /// least one.
  public int ticksToSpare() {
    int ticks =
        switch (state.role) {
          case Role.Follower _ when !state.counts() -> 1;
          case Role.Follower follower ->
              follower.askedReads.isEmpty()
                  ? follower.ticksLeft
                  : Math.min(follower.ticksLeft, follower.askedTicksLeft);
          case Role.PreCandidate canvasser -> canvasser.ticksLeft;
          case Role.Candidate candidate -> candidate.ticksLeft;
          case Role.Leader leader ->
              leader.changing == null
                  ? leader.heartbeatTicksLeft
                  : Math.min(leader.heartbeatTicksLeft, leader.changing.ticksLeft);
        };
    return Math.max(1, Math.min(ticks, repair.ticksToSpare()));
  }

  public NodeId id() {
    return state.id();
  }

  public long term() {
    return state.term;
  }

  /// The candidate that has this node's vote in this term, or null.
  public @Nullable NodeId vote() {
    return state.vote;
  }

  /// Whose terms this node waits to hear before it votes and counts again, because its disk has
  /// lost its term and vote; null where it remembers them.
  public @Nullable SortedSet<NodeId> awaitedTerms() {
    return state.testimonies == null ? null : state.testimonies.missing(state.members().members());
  }

  /// `leader`, `candidate`, `pre-candidate`, `follower`, or `learner` for a follower that only
  /// learns.
  public String role() {
    boolean learns =
        state.role instanceof Role.Follower && state.members().learners().contains(state.id());
    return learns ? "learner" : state.role.name();
  }

  public boolean leads() {
    return state.role instanceof Role.Leader;
  }

  /// Who leads this term as far as this node knows, or null.
  public @Nullable NodeId leader() {
    return state.leader();
  }

  /// When a leader was last heard, by [Input.Clock]; null where none was since the start.
  public @Nullable Long heardClock() {
    return state.heardClock;
  }

  /// Who belongs to the cluster by the last word of this node's log, committed or not.
  public Configuration members() {
    return state.members();
  }

  /// Who belonged to it when `index` was the last entry, which must not lie before the log.
  public Configuration membersAt(long index) {
    return state.configurations.at(index);
  }

  /// Who belongs to it by what is committed.
  public Configuration committedMembers() {
    return membersAt(state.commitIndex);
  }

  public long commitIndex() {
    return state.commitIndex;
  }

  /// What this node knows of the entries that its disk has lost.
  public Damage damage() {
    return repair.damage();
  }

  /// Whether this node's disk has lost entries that it does not have again: as [#damage()] says,
  /// without all that goes with it.
  public boolean isDamaged() {
    return state.log.wantedCount() > 0;
  }

  /// How many entries were put back since the start that this node's disk had lost.
  public long mended() {
    return repair.mended();
  }

  /// Whether this node's disk is full, so that it takes no commands.
  public boolean isShortOfRoom() {
    return state.room.isShort();
  }

  /// The first entry of the log; what lies before is in a snapshot.
  public long firstIndex() {
    return state.log.firstIndex();
  }

  /// The last entry whose effect this node's newest snapshot holds; 0 where there is none.
  public long snapshotIndex() {
    return state.snapshots.isEmpty() ? 0 : state.snapshots.getLast().last().index();
  }

  /// The id of the last entry of the log.
  public EntryId last() {
    return state.log.last();
  }

  /// The id of the entry at `index`, which must be in the log or right before its first entry.
  public EntryId idAt(long index) {
    return state.log.idAt(index);
  }

  /// Whether the disk holds the log that this core goes by, as far as ids tell.
  public boolean logMatches(TermRuns disk) {
    return state.log.matches(disk);
  }

  /// What this core keeps in memory for its peers and clients.
  public Queues queues() {
    if (!(state.role instanceof Role.Leader leader)) {
      return new Queues(state.log.cacheBytes(), 0, List.of());
    }
    List<Queues.Peer> peers = new ArrayList<>(leader.peers.size());
    for (Map.Entry<NodeId, Progress> peer : leader.peers.entrySet()) {
      Progress progress = peer.getValue();
      peers.add(new Queues.Peer(peer.getKey(), progress.matchIndex(), progress.inflightBytes()));
    }
    return new Queues(state.log.cacheBytes(), leader.uncommittedBytes, peers);
  }

  /// What a leader knows to be synced at each peer; empty where this node does not lead.
  public Map<NodeId, Long> matchIndexes() {
    if (!(state.role instanceof Role.Leader leader)) {
      return Map.of();
    }
    Map<NodeId, Long> matches = new TreeMap<>();
    leader.peers.forEach((peer, progress) -> matches.put(peer, progress.matchIndex()));
    return matches;
  }
}
