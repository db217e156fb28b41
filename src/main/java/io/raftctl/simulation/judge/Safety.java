package io.raftctl.simulation.judge;

import io.raftctl.node.CommandEnvelope;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The five promises of Figure 3, and those that they rest on, held against every step of every
/// node.
public final class Safety {
  /// An entry somewhere in some log, and the one before it there.
  private record Link(EntryId before, Entry entry) {}

  /// What applying one entry came to on some node.
  ///
  /// @param state of the machine afterwards
  public record Applied(String command, Reply reply, String state) {}

  private record Vote(NodeId voter, long term) implements Comparable<Vote> {
    @Override
    public int compareTo(Vote other) {
      int byVoter = voter.compareTo(other.voter);
      return byVoter != 0 ? byVoter : Long.compare(term, other.term);
    }
  }

  private final SortedMap<NodeId, DurableModel> disks = new TreeMap<>();
  private final SortedMap<EntryId, Link> written = new TreeMap<>();

  /// Of those, the ones that nobody else has seen, neither in a message nor in a log.
  private final SortedMap<EntryId, NodeId> unseen = new TreeMap<>();

  private final SortedMap<Long, NodeId> leaders = new TreeMap<>();

  /// Nodes whose disks may have lost their term and vote in the last crash.
  private final SortedSet<NodeId> forgetful = new TreeSet<>();

  /// What disks held when they were lost: as much as a quorum may ever rest on the nodes that came
  /// back with empty ones under their old ids.
  private final SortedMap<NodeId, DurableModel> lostDisks = new TreeMap<>();

  /// Who belongs to the cluster, by what is committed.
  private final MemberHistory history = new MemberHistory();

  private final QuorumOverlap overlap = new QuorumOverlap();

  /// By node: its members when its turn began. Within a turn, entries may be committed by the old
  /// ones before the new ones count.
  private final SortedMap<NodeId, Configuration> membersBefore = new TreeMap<>();

  private final SortedMap<Vote, NodeId> votes = new TreeMap<>();

  /// The committed log, as the first node to commit each entry saw it.
  private final List<Entry> committed = new ArrayList<>();

  /// By the index of its last entry: the first snapshot of any node.
  private final SortedMap<Long, Snapshot> snapshots = new TreeMap<>();

  /// By index: what the first node came to that applied it.
  private final SortedMap<Long, Applied> applied = new TreeMap<>();

  /// Where a state machine ran something in the turn that is under way, for the first time of all.
  private final List<Long> justRun = new ArrayList<>();

  /// By request id: where it ran.
  private final SortedMap<RequestId, Long> requests = new TreeMap<>();

  public Safety(List<NodeId> nodes) {
    nodes.forEach(node -> disks.put(node, new DurableModel()));
  }

  public DurableModel disk(NodeId node) {
    DurableModel disk = disks.get(node);
    if (disk == null) {
      throw new IllegalArgumentException("no node " + node);
    }
    return disk;
  }

  /// The committed entry at `index`, or null where nothing is committed there yet.
  public @Nullable Entry committed(long index) {
    return index <= committed.size() ? committed.get((int) index - 1) : null;
  }

  /// Who belongs to the cluster by what is committed; nobody before the first entry says it.
  public Configuration members() {
    return history.members();
  }

  public MemberHistory history() {
    return history;
  }

  /// A node has lost all that its disk held, and what it had promised with it.
  public void lostDisk(NodeId node) {
    lostDisks.put(node, disk(node));
    forgetful.remove(node);
    disks.put(node, new DurableModel());
    votes.keySet().removeIf(vote -> vote.voter.equals(node));
  }

  /// Nodes whose removal is committed.
  public SortedSet<NodeId> removed() {
    return members().removed();
  }

  public long commitIndex() {
    return committed.size();
  }

  /// Where the request ran, or null.
  public @Nullable Long indexOf(RequestId request) {
    return requests.get(request);
  }

  /// Whether some state machine ran the command at this place: not where it had run before.
  public boolean hasRun(long index) {
    return applied.containsKey(index);
  }

  /// Log Matching: an id names one entry everywhere, with one and the same entry before it.
  public void entryWritten(NodeId node, Entry entry, EntryId before) {
    if (link(entry, before)) {
      unseen.put(entry.id(), node);
    } else if (!unseen.isEmpty() && !node.equals(unseen.get(entry.id()))) {
      unseen.remove(entry.id());
    }
  }

  /// @return whether nobody had written the entry before
  private boolean link(Entry entry, EntryId before) {
    Link known = written.putIfAbsent(entry.id(), new Link(before, entry));
    if (known != null && !(known.before.equals(before) && known.entry.equals(entry))) {
      throw new Violation(
          "log matching: %s follows %s in one log and differs or follows %s in another"
              .formatted(entry.id(), before, known.before));
    }
    return known == null;
  }

  /// One configuration follows another in some log.
  public void membersFollow(Configuration before, Configuration now) {
    overlap.check(before, now);
  }

  /// A crash may take entries; it never makes one up.
  public void entryRecovered(NodeId node, Entry entry, EntryId before) {
    Violation.unless(
        written.containsKey(entry.id()),
        "storage: node %s recovered %s, which nobody wrote",
        node,
        entry.id());
    entryWritten(node, entry, before);
  }

  /// What is left of an entry whose data are lost is its name, and that is the right one.
  ///
  /// @return the entry as it was
  public Entry nameRecovered(NodeId node, DamagedEntry entry, EntryId before) {
    Link known = written.get(entry.id());
    if (known == null || !known.before.equals(before) || !entry.matches(known.entry)) {
      throw new Violation(
          "storage: node %s recovered the name of %s behind %s, which nobody wrote"
              .formatted(node, entry.id(), before));
    }
    return known.entry;
  }

  /// Whether another node's disk holds an entry whole.
  public boolean isSparedWithout(NodeId node, EntryId id) {
    return disks.entrySet().stream()
        .anyMatch(disk -> !disk.getKey().equals(node) && disk.getValue().holdsWhole(id));
  }

  /// Whether the data of an entry have rotted wherever a member holds it. Who was removed is asked
  /// for nothing.
  public boolean isLost() {
    List<DurableModel> held =
        disks.entrySet().stream()
            .filter(disk -> !members().removed().contains(disk.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return held.stream()
        .flatMap(disk -> disk.rotten().stream())
        .anyMatch(id -> held.stream().noneMatch(disk -> disk.holdsWhole(id)));
  }

  /// Copies of the term and vote have rotted, or not: then no loss of both is excused any more.
  public void mayForget(NodeId node, boolean rotten) {
    if (rotten) {
      forgetful.add(node);
    } else {
      forgetful.remove(node);
    }
  }

  /// @param last the last entry of the node's log
  public void hardStateRecovered(NodeId node, HardState synced, HardState recovered, EntryId last) {
    boolean excused = forgetful.contains(node) || synced.lost();
    boolean kept =
        (recovered.lost() && excused)
            || recovered.term() > synced.term()
            || (recovered.term() == synced.term()
                && (synced.vote() == null || synced.vote().equals(recovered.vote())));
    Violation.unless(
        kept, "durability: node %s synced %s and recovered %s", node, synced, recovered);
    if (recovered.lost()) {
      forgetUnseen(node, last);
    }
  }

  /// A node that forgot its term may lead in it once more, if nobody else ever knew it. Of what it
  /// wrote there and lost, nothing is left in the world.
  private void forgetUnseen(NodeId node, EntryId last) {
    List<EntryId> gone =
        unseen.tailMap(last).keySet().stream()
            .filter(it -> !it.equals(last) && node.equals(unseen.get(it)))
            .toList();
    for (EntryId id : gone) {
      unseen.remove(id);
      written.remove(id);
    }
  }

  /// One vote a term, over crashes too (§5.2); and what leaves a node, others may have.
  public void sent(Message message) {
    if (message instanceof Message.AppendEntries append) {
      EntryId before = append.previous();
      for (Entry entry : append.entries()) {
        link(entry, before);
        if (!unseen.isEmpty()) {
          unseen.remove(entry.id());
        }
        before = entry.id();
      }
    }
    if (message instanceof Message.VoteReply reply && reply.granted()) {
      NodeId other = votes.putIfAbsent(new Vote(reply.from(), reply.term()), reply.to());
      Violation.unless(
          other == null || other.equals(reply.to()),
          "one vote: %s voted for %s and %s in term %d",
          reply.from(),
          other,
          reply.to(),
          reply.term());
    }
  }

  /// Called before each turn of a node.
  public void turnBegins(Raft raft) {
    membersBefore.put(raft.id(), raft.members());
  }

  /// Called after each turn of a node.
  public void turnEnded(Raft raft, long commitIndexBefore, long termBefore) {
    if (raft.term() < termBefore || raft.commitIndex() < commitIndexBefore) {
      throw new Violation(
          "monotonic: node %s went back from term %d, commit %d to %d, %d"
              .formatted(
                  raft.id(), termBefore, commitIndexBefore, raft.term(), raft.commitIndex()));
    }
    if (raft.leads()) {
      checkLeader(raft);
    }
    // A node that went on from a snapshot does not know any more what lies before it.
    long first = Math.max(commitIndexBefore + 1, raft.firstIndex() - 1);
    if (raft.firstIndex() - 1 > committed.size()) {
      throw new Violation(
          "snapshot: node %s holds one of entries up to %d, of which %d are committed"
              .formatted(raft.id(), raft.firstIndex() - 1, committed.size()));
    }
    for (long index = Math.max(1, first); index <= raft.commitIndex(); index++) {
      checkCommitted(raft, index);
    }
    justRun.forEach(this::checkOnce);
    justRun.clear();
  }

  /// No request runs twice, however often it stands in the log.
  private void checkOnce(long index) {
    Entry entry = committed(index);
    if (entry == null) {
      throw new Violation("state machine safety: what ran at " + index + " is not committed");
    }
    RequestId request = CommandEnvelope.decode(entry.data()).id();
    Long twice = requests.putIfAbsent(request, index);
    Violation.unless(twice == null, "once: %s ran at %s and at %d", request, twice, index);
  }

  /// A node that starts has, by its snapshot, at least all that a snapshot of it stood for; or
  /// nothing, where that one has rotted.
  public void recovered(NodeId node, EntryId applied, EntryId promised) {
    Violation.unless(
        applied.index() >= promised.index()
            || (disk(node).lacksFront() && applied.equals(EntryId.NONE)),
        "durability: node %s had a snapshot at %s and starts from %s",
        node,
        promised,
        applied);
  }

  /// Snapshots of the same entries are the same on all nodes, byte for byte.
  public void holds(NodeId node, Snapshot snapshot) {
    Snapshot known = snapshots.putIfAbsent(snapshot.last().index(), snapshot);
    Violation.unless(
        known == null || known.equals(snapshot),
        "snapshot: node %s has the %s, another one the %s",
        node,
        snapshot,
        known);
  }

  /// Election Safety and Leader Completeness. With log matching, a leader that holds the last
  /// committed entry holds all of them.
  private void checkLeader(Raft raft) {
    NodeId other = leaders.putIfAbsent(raft.term(), raft.id());
    if (other != null && !other.equals(raft.id())) {
      throw new Violation(
          "election safety: %s and %s lead term %d".formatted(other, raft.id(), raft.term()));
    }
    // A deposed leader that does not know it yet need not have what its successors committed.
    if (other == null && !committed.isEmpty()) {
      EntryId last = committed.getLast().id();
      Violation.unless(
          last.term() > raft.term()
              || (raft.last().index() >= last.index() && raft.idAt(last.index()).equals(last)),
          "leader completeness: %s leads term %d without the committed %s",
          raft.id(),
          raft.term(),
          last);
    }
  }

  private void checkCommitted(Raft raft, long index) {
    EntryId id = raft.idAt(index);
    Entry known = committed(index);
    if (known == null) {
      extendCommitted(raft, id);
    } else if (!known.id().equals(id)) {
      throw new Violation(
          "state machine safety: node %s committed %s where %s is committed"
              .formatted(raft.id(), id, known));
    }
  }

  /// The first node to commit an entry: a quorum's disks must hold it.
  private void extendCommitted(Raft raft, EntryId id) {
    Configuration before = membersBefore.getOrDefault(raft.id(), raft.members());
    Violation.unless(
        raft.members().decided(node -> vouches(node, id))
            || before.decided(node -> vouches(node, id)),
        "commit: node %s committed %s, which is synced on too few of %s",
        raft.id(),
        id,
        raft.members());
    Link link = written.get(id);
    if (link == null) {
      throw new Violation("commit: node " + raft.id() + " committed " + id + ", never written");
    }
    committed.add(link.entry);
    if (link.entry.kind() == Entry.Kind.CONFIGURATION) {
      history.follow(ConfigurationFormat.decode(link.entry.data()));
    }
  }

  private boolean vouches(NodeId node, EntryId id) {
    return lostDisks.getOrDefault(node, disk(node)).holds(id);
  }

  /// State Machine Safety: all nodes apply the same command at an index, and come to the same reply
  /// and the same state.
  public void applied(NodeId node, long index, Applied now) {
    Applied known = applied.putIfAbsent(index, now);
    if (known == null) {
      justRun.add(index);
    }
    Violation.unless(
        known == null || known.equals(now),
        "state machine safety: node %s came to %s at %d, another one to %s",
        node,
        now,
        index,
        known);
  }
}
