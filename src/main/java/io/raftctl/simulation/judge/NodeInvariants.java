package io.raftctl.simulation.judge;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.progress.Queues;
import java.util.Map;
import java.util.TreeMap;

/// What must hold of one life of a node after each of its turns, without a look at any other node.
public final class NodeInvariants {
  /// A leader adds to its log of its own account, whatever its limits say: the entry that opens its
  /// term, and one configuration at a time. Larger than any of these, and than any command of a
  /// simulated client.
  private static final long ENTRY_BYTES_MAX = 4_096;

  private final Raft raft;
  private final ObservedStore store;
  private final RaftConfig.Limits limits;

  /// Where the log began and ended when it was last compared with the disk.
  private EntryId base = EntryId.NONE;

  private EntryId last = EntryId.NONE;

  private long term;
  private Map<NodeId, Long> matchIndexes = new TreeMap<>();

  public NodeInvariants(Raft raft, ObservedStore store, RaftConfig.Limits limits) {
    this.raft = raft;
    this.store = store;
    this.limits = limits;
  }

  /// Called after each turn.
  public void check() {
    TermRuns disk = store.terms();
    boolean changed =
        store.turnBytes() > 0 || !disk.base().equals(base) || !raft.last().equals(last);
    Violation.unless(
        changed ? raft.logMatches(disk) : disk.last().equals(last),
        "cache: node %s goes by another log than its disk holds, up to %s and %s",
        raft.id(),
        raft.last(),
        disk.last());
    base = disk.base();
    last = raft.last();
    if (changed || raft.leads()) {
      checkMatchIndexes();
      checkQueues(raft.queues());
    }
  }

  /// What a leader knows to be synced at a peer never falls within its term, and is never more than
  /// there is.
  private void checkMatchIndexes() {
    Map<NodeId, Long> now = raft.matchIndexes();
    if (raft.term() == term) {
      matchIndexes.forEach(
          (peer, match) ->
              Violation.unless(
                  now.getOrDefault(peer, match) >= match,
                  "monotonic: the match index of %s at leader %s went back from %d to %s",
                  peer,
                  raft.id(),
                  match,
                  now.get(peer)));
    }
    now.forEach(
        (peer, match) ->
            Violation.unless(
                match <= raft.last().index(),
                "match index: leader %s believes that %s holds %d entries, and has %d",
                raft.id(),
                peer,
                match,
                raft.last().index()));
    term = raft.term();
    matchIndexes = now;
  }

  /// What waits has a bound. Each may be passed by what came last: the bound is looked at before
  /// it.
  private void checkQueues(Queues queues) {
    bounded(queues.cacheBytes(), limits.cacheBytesMax() + store.turnBytes(), "in its cache");
    bounded(
        queues.uncommittedBytes(),
        limits.uncommittedBytesMax() + 2 * ENTRY_BYTES_MAX,
        "accepted and not committed");
    long message = Math.max(limits.messageBytesMax(), ENTRY_BYTES_MAX);
    queues
        .inflightBytes()
        .forEach(
            (peer, bytes) ->
                bounded(bytes, limits.inflightBytesMax() + message, "on the way to " + peer));
  }

  private void bounded(long bytes, long max, String what) {
    Violation.unless(
        bytes >= 0 && bytes <= max,
        "bounds: node %s has %d bytes %s, and may have %d",
        raft.id(),
        bytes,
        what,
        max);
  }
}
