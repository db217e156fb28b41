package io.raftctl.simulation.judge;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.log.DamagedEntry;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.members.Configuration;
import io.raftctl.raft.members.ConfigurationFormat;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.Demand;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The real log, watched: every write goes to the invariants, and what a crash left is held against
/// what had been synced.
public final class ObservedStore implements LogStore {
  private final NodeId node;
  private final LogStore log;
  private final DurableModel durable;
  private final Safety safety;

  /// The entry before the first of `ids`.
  private EntryId base;

  /// The ids of all entries written after `base`, synced or not.
  private final List<EntryId> ids = new ArrayList<>();

  /// Of those entries, the ones that say who the members are.
  private final TreeMap<Long, Configuration> configurations = new TreeMap<>();

  /// What was written into its place again since the last sync.
  private final List<Long> repaired = new ArrayList<>();

  /// How much was written in the turn that is under way.
  private long turnBytes;

  /// What the node knew to be committed when its turn began; in this life it never falls.
  private long committed;

  /// Judges what `log` recovered.
  public ObservedStore(NodeId node, LogStore log, DurableModel durable, Safety safety) {
    this.node = node;
    this.log = log;
    this.durable = durable;
    this.safety = safety;
    TermRuns terms = log.terms();
    base = terms.base();
    for (long index = terms.firstIndex(); index <= terms.lastIndex(); ) {
      index += recover(index, terms.lastIndex());
    }
    // What lies before the log, a snapshot must hold: the start of the node shows whether it does.
    long first = Math.max(base.index(), durable.base().index()) + 1;
    for (long index = first; index <= durable.lastIndex(); index++) {
      Violation.unless(
          index <= lastWritten().index() && at(index).equals(durable.at(index)),
          "durability: node %s lost the synced entry %s in a crash",
          node,
          durable.at(index));
    }
    safety.hardStateRecovered(node, durable.hardState(), log.hardState(), lastWritten());
    durable.startAfter(base);
    durable.synced(log.hardState(), ids);
    log.damaged().forEach(entry -> durable.rots(entry.id()));
  }

  /// @return how many entries were read, or stepped over: one that is damaged
  private int recover(long from, long to) {
    try {
      List<Entry> entries = log.read(from, to, 1 << 20);
      for (Entry entry : entries) {
        safety.entryRecovered(node, entry, lastWritten());
        ids.add(entry.id());
        noteMembers(entry);
      }
      return entries.size();
    } catch (DamagedEntryException e) {
      DamagedEntry entry = e.entry();
      Violation.unless(
          // A crash may leave the log whose place a snapshot was to take.
          entry.index() <= durable.base().index() || !durable.holdsWhole(entry.id()),
          "durability: node %s lost the data of the synced entry %s",
          node,
          entry.id());
      Entry written = safety.nameRecovered(node, entry, lastWritten());
      ids.add(entry.id());
      noteMembers(written);
      return 1;
    }
  }

  private void noteMembers(Entry entry) {
    if (entry.kind() == Entry.Kind.CONFIGURATION) {
      Configuration now = ConfigurationFormat.decode(entry.data());
      if (!configurations.isEmpty()) {
        safety.membersFollow(configurations.lastEntry().getValue(), now);
      }
      configurations.put(entry.index(), now);
    }
  }

  private EntryId lastWritten() {
    return ids.isEmpty() ? base : ids.getLast();
  }

  private EntryId at(long index) {
    return ids.get(place(index));
  }

  private int place(long index) {
    return (int) (index - base.index()) - 1;
  }

  /// A turn of the node begins.
  public void turnBegins(long commitIndex) {
    committed = commitIndex;
    turnBytes = 0;
  }

  /// How much was written since the last turn began, in bytes of entries.
  long turnBytes() {
    return turnBytes;
  }

  @Override
  public HardState hardState() {
    return log.hardState();
  }

  @Override
  public TermRuns terms() {
    return log.terms();
  }

  @Override
  public EntryId last() {
    return log.last();
  }

  @Override
  public EntryId base() {
    return log.base();
  }

  @Override
  public List<Entry> read(long from, long to, long bytesMax) {
    List<Entry> entries = log.read(from, to, bytesMax);
    long index = from;
    for (Entry entry : entries) {
      Violation.unless(
          entry.id().equals(at(index)),
          "storage: read %s where %s was written",
          entry.id(),
          at(index));
      index++;
    }
    return entries;
  }

  @Override
  public void write(@Nullable HardState hardState, List<Entry> entries) {
    if (!entries.isEmpty()) {
      long first = entries.getFirst().index();
      Violation.unless(
          first > committed,
          "committed prefix: node %s replaces entry %d, and knows that %d are committed",
          node,
          first,
          committed);
      durable.overwrittenFrom(first);
      ids.subList(place(first), ids.size()).clear();
      configurations.tailMap(first, true).clear();
      for (Entry entry : entries) {
        safety.entryWritten(node, entry, lastWritten());
        ids.add(entry.id());
        noteMembers(entry);
        turnBytes += entry.size();
      }
    }
    log.write(hardState, entries);
  }

  @Override
  public List<DamagedEntry> damaged() {
    return log.damaged();
  }

  @Override
  public void repair(List<Entry> entries) {
    log.repair(entries);
    entries.forEach(entry -> repaired.add(entry.index()));
  }

  @Override
  public Room reserve(Demand demand) {
    return log.reserve(demand);
  }

  @Override
  public boolean startsAnew() {
    return log.startsAnew();
  }

  @Override
  public void makeRoom() {
    log.makeRoom();
  }

  @Override
  public boolean giveUpSpares() {
    return log.giveUpSpares();
  }

  @Override
  public void startAfter(EntryId last) {
    durable.startAfter(last);
    base = last;
    ids.clear();
    configurations.clear();
    log.startAfter(last);
  }

  @Override
  public void compact(long last) {
    log.compact(last);
  }

  @Override
  public void sync() {
    log.sync();
    durable.synced(log.hardState(), ids);
    durable.repaired(repaired);
    repaired.clear();
  }

  @Override
  public void close() {
    log.close();
  }
}
