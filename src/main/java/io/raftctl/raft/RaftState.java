package io.raftctl.raft;

import io.raftctl.raft.log.EntrySource;
import io.raftctl.raft.log.RaftLog;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.members.Configurations;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.raft.progress.Durable;
import io.raftctl.raft.rejoin.Testimonies;
import io.raftctl.raft.room.Room;
import io.raftctl.raft.snapshot.Snapshot;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What one node knows. The handlers of the core share it and change it within a turn only.
final class RaftState {
  final RaftConfig config;
  final RandomGenerator random;
  final RaftLog log;
  final Durable durable;

  /// Who belongs to the cluster, by place in the log. Changes with the log, in [#append] and
  /// [#replaceFrom].
  final Configurations configurations;

  final Outbox out = new Outbox();

  /// The snapshots on this node's disk, in the order of their last entries.
  List<Snapshot> snapshots;

  /// What the disk takes beside all that it was told to write, this turn's entries included.
  Room room = Room.AMPLE;

  /// The number of the turn under way.
  long turn;

  /// The latest term seen; never falls.
  long term;

  /// Who got this node's vote in `term`; within a term it changes at most once, from null.
  @Nullable NodeId vote;

  /// What the others tell about their terms while this node has forgotten its own; otherwise null.
  @Nullable Testimonies testimonies;

  Role role;

  /// Under which incarnation members have spoken last, this node included: what is to be recorded
  /// of those of whom nothing is yet.
  final TreeMap<NodeId, Long> met = new TreeMap<>();

  /// What the clock said last, in thousandths of a tick; null where nobody tells.
  @Nullable Long clock;

  /// For so many ticks this node helps nobody else to lead, because it has heard from a leader.
  /// Outlives changes of role and term, since the leader may rest a lease on it.
  int loyalTicksLeft;

  /// When a leader was last heard, by [#clock]; null where none was.
  @Nullable Long heardClock;

  /// Numbers the questions for a read index. Begins at random: after a restart within a term an
  /// answer to a question of the life before must not be taken for one of this life.
  long readNumber;

  /// The last turn that wrote anything, and the last one whose writes are synced.
  long writtenTurn;

  long syncedTurn;

  /// Ticks for which the disk owes a sync without having ended one.
  int unsyncedTicks;

  /// Known to be committed; never falls, and never exceeds the log.
  long commitIndex;

  /// Entries up to here were handed out to be applied.
  long handedOut;

  RaftState(
      RaftConfig config,
      HardState hardState,
      EntrySource source,
      List<Snapshot> snapshots,
      @Nullable Configuration base,
      RandomGenerator random) {
    this.config = config;
    this.random = random;
    this.log = new RaftLog(source, config.limits().cacheBytesMax());
    this.configurations =
        new Configurations(base != null ? base : Configuration.of(config.voters()));
    source.configurations().forEach(this::learn);
    this.durable = new Durable(log.lastIndex());
    this.term = hardState.lost() ? log.last().term() : hardState.term();
    this.vote = hardState.vote();
    this.readNumber = random.nextLong(1L << 52);
    // Whoever has run before may have heard from a leader right before it went down.
    this.loyalTicksLeft = hardState.equals(HardState.INITIAL) ? 0 : config.electionTicksMin();
    this.role = new Role.Follower(null, electionTicks());
    this.testimonies =
        hardState.lost() ? new Testimonies(config.id(), random.nextLong(1L << 52), term) : null;
    this.snapshots = List.copyOf(snapshots);
    if (config.incarnation() != Incarnation.UNTOLD) {
      met.put(config.id(), config.incarnation());
    }
    long held = snapshots.isEmpty() ? 0 : snapshots.getLast().last().index();
    this.commitIndex = Math.max(held, log.firstIndex() - 1);
    this.handedOut = commitIndex;
    if (held < log.firstIndex() - 1) {
      log.loseFront();
    } else if (log.wholeTo() < held) {
      cover(snapshots.getLast().last(), base);
    }
  }

  NodeId id() {
    return config.id();
  }

  /// Whether this node, where it votes by its own log, is the one that the log knows.
  boolean trustsItself() {
    return !members().votes(id()) || members().trusts(id(), config.incarnation());
  }

  /// Who belongs to the cluster by the last word of the log, committed or not (§6).
  Configuration members() {
    return configurations.latest();
  }

  /// All who get the log but this node, in the order of their ids.
  List<NodeId> others() {
    return members().members().stream().filter(node -> !node.equals(id())).toList();
  }

  /// All whose votes count but this node.
  List<NodeId> otherDeciders() {
    return members().deciders().stream().filter(node -> !node.equals(id())).toList();
  }

  /// Whether a quorum may rest on this node: it remembers what it has promised.
  boolean counts() {
    return testimonies == null;
  }

  /// Puts an entry behind the log, in memory and onto the disk.
  void append(Entry entry) {
    log.append(entry);
    out.append(entry);
    added(entry);
  }

  private void added(Entry entry) {
    assert room.takes(entry) : "no room for " + entry;
    room = room.without(entry);
    learn(entry);
  }

  /// The first of `entries`, as many as the disk has room for.
  List<Entry> fitting(List<Entry> entries) {
    Room left = room;
    int count = 0;
    while (count < entries.size() && left.takes(entries.get(count))) {
      left = left.without(entries.get(count));
      count++;
    }
    return entries.subList(0, count);
  }

  /// The entry that would come next in a leader's log.
  Entry next(Entry.Kind kind, byte[] data) {
    return new Entry(new EntryId(term, log.lastIndex() + 1), kind, data);
  }

  /// Puts the next entry into the log of its leader.
  EntryId append(Role.Leader leader, Entry entry) {
    leader.uncommittedBytes += entry.size();
    append(entry);
    return entry.id();
  }

  /// Puts `entries` at their places and forgets all that the log held from `first` on.
  void replaceFrom(long first, List<Entry> entries) {
    log.replaceFrom(first, entries);
    out.replaceFrom(first, entries);
    configurations.truncateFrom(first);
    entries.forEach(this::added);
  }

  private void learn(Entry entry) {
    if (entry.kind() == Entry.Kind.CONFIGURATION) {
      configurations.append(entry.index(), ConfigurationFormat.decode(entry.data()));
    }
  }

  /// Takes what was lost out of `entries`, for the disk to have it again after this turn.
  ///
  /// @return how many there were
  int mend(List<Entry> entries) {
    List<Entry> fitting = log.mend(entries);
    if (!fitting.isEmpty()) {
      out.repair(fitting);
      durable.written(turn, fitting.getFirst().index(), log.lastIndex());
      for (Entry entry : fitting) {
        if (entry.kind() == Entry.Kind.CONFIGURATION) {
          configurations.mended(entry.index(), ConfigurationFormat.decode(entry.data()));
        }
      }
    }
    return fitting.size();
  }

  /// A snapshot up to `last`, an entry of the log, takes the place of all up to there: some of it
  /// is damaged.
  ///
  /// @param members by the snapshot; null where it does not say
  void cover(EntryId last, @Nullable Configuration members) {
    configurations.rebase(
        last.index(), members != null ? members : Configuration.of(config.voters()));
    log.compactTo(last.index());
    out.compactTo(last.index());
  }

  /// Vouches to this term's leader for the log, which agrees with the leader's up to `index`: for
  /// what is whole of it, once all of it is synced.
  void accept(Role.Follower follower, long index) {
    follower.heldIndex = Math.max(follower.heldIndex, index);
    NodeId leader = Objects.requireNonNull(follower.leader, "nobody to vouch to");
    long whole = Math.min(index, log.wholeTo());
    out.sendAfterSync(new Message.AppendAccepted(id(), leader, term, whole, index, counts()));
  }

  /// The answer to a leader's heartbeat of `round`.
  Message.HeartbeatReply heartbeatReply(NodeId leader, long round) {
    return new Message.HeartbeatReply(id(), leader, term, round, room.isShort());
  }

  /// Who leads this term as far as this node knows, or null.
  @Nullable NodeId leader() {
    return switch (role) {
      case Role.Leader _ -> id();
      case Role.PreCandidate _, Role.Candidate _ -> null;
      case Role.Follower follower -> follower.leader;
    };
  }

  /// A fresh random wait, so that candidates seldom collide (§5.2). Whoever is short of room lets
  /// all others go first.
  int electionTicks() {
    int yielding = room.isShort() ? 2 * config.electionTicksMin() : 0;
    return yielding + config.electionTicksMin() + random.nextInt(config.electionTicksMin());
  }

  /// A fresh random wait after a vote that may be split; as widely spread, since both try again.
  int contestedTicks() {
    return config.heartbeatTicks() + random.nextInt(config.electionTicksMin());
  }

  /// The leader's proof or the leader's count says that entries up to `index` are committed.
  void commitTo(long index) {
    assert index <= log.lastIndex() : "commit " + index + " past the last entry " + log.last();
    commitIndex = Math.max(commitIndex, index);
  }
}
