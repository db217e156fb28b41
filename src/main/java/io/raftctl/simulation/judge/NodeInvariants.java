package io.raftctl.simulation.judge;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.progress.Queues;
import java.util.List;

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
  private List<Queues.Peer> peers = List.of();

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
      Queues queues = raft.queues();
      checkMatchIndexes(queues.peers());
      checkQueues(queues);
    }
  }

  /// What a leader knows to be synced at a peer never falls within its term, and is never more than
  /// there is.
  private void checkMatchIndexes(List<Queues.Peer> now) {
    if (raft.term() == term) {
      int at = 0; // Both lists are in the order of the ids.
      for (Queues.Peer before : peers) {
        while (at < now.size() && now.get(at).id().compareTo(before.id()) < 0) {
          at++;
        }
        boolean stays = at < now.size() && now.get(at).id().equals(before.id());
        if (stays && now.get(at).matchIndex() < before.matchIndex()) {
          throw new Violation(
              "monotonic: the match index of %s at leader %s went back from %d to %d"
                  .formatted(
                      before.id(), raft.id(), before.matchIndex(), now.get(at).matchIndex()));
        }
      }
    }
    for (Queues.Peer peer : now) {
      if (peer.matchIndex() > last.index()) {
        throw new Violation(
            "match index: leader %s believes that %s holds %d entries, and has %d"
                .formatted(raft.id(), peer.id(), peer.matchIndex(), last.index()));
      }
    }
    term = raft.term();
    peers = now;
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
    for (Queues.Peer peer : queues.peers()) {
      bounded(
          peer.inflightBytes(), limits.inflightBytesMax() + message, "on the way to ", peer.id());
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
