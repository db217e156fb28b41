package io.raftctl.simulation.judge;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
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
    EntryId baseNow = store.base();
    EntryId lastNow = raft.last();
    boolean changed = store.turnBytes() > 0 || !baseNow.equals(base) || !lastNow.equals(last);
    if (!(changed ? raft.logMatches(store.terms()) : store.last().equals(last))) {
      throw new Violation(
          "cache: node %s goes by another log than its disk holds, up to %s and %s"
              .formatted(raft.id(), lastNow, store.last()));
    }
    base = baseNow;
    last = lastNow;
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
      for (Map.Entry<NodeId, Long> before : matchIndexes.entrySet()) {
        long match = before.getValue();
        if (now.getOrDefault(before.getKey(), match) < match) {
          throw new Violation(
              "monotonic: the match index of %s at leader %s went back from %d to %s"
                  .formatted(before.getKey(), raft.id(), match, now.get(before.getKey())));
        }
      }
    }
    for (Map.Entry<NodeId, Long> known : now.entrySet()) {
      if (known.getValue() > last.index()) {
        throw new Violation(
            "match index: leader %s believes that %s holds %d entries, and has %d"
                .formatted(raft.id(), known.getKey(), known.getValue(), last.index()));
      }
    }
    term = raft.term();
    matchIndexes = now;
  }

  /// What waits has a bound. Each may be passed by what came last: the bound is looked at before
  /// it.
  private void checkQueues(Queues queues) {
    bounded(queues.cacheBytes(), limits.cacheBytesMax() + store.turnBytes(), "in its cache", "");
    bounded(
        queues.uncommittedBytes(),
        limits.uncommittedBytesMax() + 2 * ENTRY_BYTES_MAX,
        "accepted and not committed",
        "");
    long message = Math.max(limits.messageBytesMax(), ENTRY_BYTES_MAX);
    for (Map.Entry<NodeId, Long> sent : queues.inflightBytes().entrySet()) {
      bounded(
          sent.getValue(), limits.inflightBytesMax() + message, "on the way to ", sent.getKey());
    }
  }

  /// @param whose the end of `what`
  private void bounded(long bytes, long max, String what, Object whose) {
    if (bytes < 0 || bytes > max) {
      throw new Violation(
          "bounds: node %s has %d bytes %s%s, and may have %d"
              .formatted(raft.id(), bytes, what, whose, max));
    }
  }
}
