package io.raftctl.simulation;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.TermRuns;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The real log, watched: every write goes to the invariants, and what a crash left is held against
/// what had been synced.
final class ObservedStore implements LogStore {
  private final NodeId node;
  private final LogStore log;
  private final DurableModel durable;
  private final Safety safety;

  /// The ids of all entries written, synced or not.
  private final List<EntryId> ids = new ArrayList<>();

  /// What the node knew to be committed when its turn began; in this life it never falls.
  private long committed;

  /// Judges what `log` recovered.
  ObservedStore(NodeId node, LogStore log, DurableModel durable, Safety safety) {
    this.node = node;
    this.log = log;
    this.durable = durable;
    this.safety = safety;
    TermRuns terms = log.terms();
    for (long index = 1; index <= terms.lastIndex(); ) {
      for (Entry entry : log.read(index, terms.lastIndex(), 1 << 20)) {
        safety.entryRecovered(node, entry, index == 1 ? EntryId.NONE : ids.getLast());
        ids.add(entry.id());
        index++;
      }
    }
    for (long index = 1; index <= durable.lastIndex(); index++) {
      Violation.unless(
          index <= ids.size() && ids.get((int) index - 1).equals(durable.at(index)),
          "durability: node %s lost the synced entry %s in a crash",
          node,
          durable.at(index));
    }
    safety.hardStateRecovered(node, durable.hardState(), log.hardState());
    durable.overwrittenFrom(1);
    durable.synced(log.hardState(), ids);
  }

  /// A turn of the node begins.
  void turnBegins(long commitIndex) {
    committed = commitIndex;
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
  public List<Entry> read(long from, long to, long bytesMax) {
    List<Entry> entries = log.read(from, to, bytesMax);
    long index = from;
    for (Entry entry : entries) {
      Violation.unless(
          entry.id().equals(ids.get((int) index - 1)),
          "storage: read %s where %s was written",
          entry.id(),
          ids.get((int) index - 1));
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
      ids.subList((int) first - 1, ids.size()).clear();
      for (Entry entry : entries) {
        safety.entryWritten(entry, ids.isEmpty() ? EntryId.NONE : ids.getLast());
        ids.add(entry.id());
      }
    }
    log.write(hardState, entries);
  }

  @Override
  public void sync() {
    log.sync();
    durable.synced(log.hardState(), ids);
  }

  @Override
  public void close() {
    log.close();
  }
}
