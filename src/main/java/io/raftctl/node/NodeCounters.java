package io.raftctl.node;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What a node counts since its start, for metrics. Written by the node's threads, read by any.
public final class NodeCounters {
  private final LongAdder elections = new LongAdder();
  private final LongAdder proposals = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder inboxFull = new LongAdder();
  private final LongAdder syncs = new LongAdder();
  private final LongAdder syncNanos = new LongAdder();
  private final AtomicLong syncNanosMax = new AtomicLong();

  void election() {
    elections.increment();
  }

  void proposal() {
    proposals.increment();
  }

  void read() {
    reads.increment();
  }

  void inboxFull() {
    inboxFull.increment();
  }

  void synced(long nanos) {
    syncs.increment();
    syncNanos.add(nanos);
    syncNanosMax.accumulateAndGet(nanos, Math::max);
  }

  /// Elections that this node began.
  public long elections() {
    return elections.sum();
  }

  /// Commands that clients handed to this node.
  public long proposals() {
    return proposals.sum();
  }

  /// Linearizable reads that clients asked of this node.
  public long reads() {
    return reads.sum();
  }

  /// Messages and requests turned away because too much waited.
  public long inboxFulls() {
    return inboxFull.sum();
  }

  public long syncs() {
    return syncs.sum();
  }

  public long syncNanosTotal() {
    return syncNanos.sum();
  }

  public long syncNanosMax() {
    return syncNanosMax.get();
  }
}
