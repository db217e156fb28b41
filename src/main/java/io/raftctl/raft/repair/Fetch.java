package io.raftctl.raft.repair;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.snapshot.Snapshot;

/// A snapshot that is asked for chunk by chunk, of a peer that does not lead: it holds what is lost
/// here, and no leader is there to send it.
public final class Fetch {
  /// After so many questions without an answer the peer is given up.
  private static final int TRIES_MAX = 8;

  private final NodeId peer;
  private final Snapshot snapshot;
  private final int patienceTicks;

  /// The first byte that is not here.
  private long position;

  private int tries;
  private int ticksLeft;

  /// @param patienceTicks how long to wait for a chunk before it is asked for again
  public Fetch(NodeId peer, Snapshot snapshot, int patienceTicks) {
    this.peer = peer;
    this.snapshot = snapshot;
    this.patienceTicks = patienceTicks;
  }

  public NodeId peer() {
    return peer;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /// Time passes.
  public void tick() {
    ticksLeft = Math.max(0, ticksLeft - 1);
  }

  /// After so many ticks the next question is due.
  public int ticksLeft() {
    return ticksLeft;
  }

  /// A question leaves.
  ///
  /// @return where the chunk begins that is asked for
  public long ask() {
    tries++;
    ticksLeft = patienceTicks;
    return position;
  }

  /// So much of it is here.
  public void stored(long newPosition) {
    if (newPosition != position) {
      position = newPosition;
      tries = 0;
      ticksLeft = 0;
    }
  }

  /// The peer does not answer any more.
  public boolean isVain() {
    return tries >= TRIES_MAX && ticksLeft == 0;
  }
}
