package io.raftctl.raft;

import java.util.ArrayDeque;
import java.util.Deque;

/// What a leader knows of one peer's log, and what it has on the way there.
///
/// It probes, one message at a time, until it knows where the logs agree; then it streams ahead
/// under a limit of bytes. `matchIndex < nextIndex` always, and `matchIndex` never falls.
final class Progress {
  /// A message sent and not yet answered.
  private record Sent(long lastIndex, long bytes) {}

  /// The highest entry known to be synced in the peer's log.
  private long matchIndex;

  /// The next entry to send.
  private long nextIndex;

  private boolean probing = true;
  private final Deque<Sent> inflight = new ArrayDeque<>();
  private long inflightBytes;

  /// Ticks since the peer last moved ahead, while something is on the way.
  private int quietTicks;

  /// The last heartbeat round that the peer has answered in this term.
  private long round;

  Progress(long nextIndex) {
    this.nextIndex = nextIndex;
  }

  long matchIndex() {
    return matchIndex;
  }

  long nextIndex() {
    return nextIndex;
  }

  long round() {
    return round;
  }

  boolean probing() {
    return probing;
  }

  /// Whether another message may leave now.
  boolean maySend(long inflightBytesMax) {
    return inflight.isEmpty() || (!probing && inflightBytes < inflightBytesMax);
  }

  /// Entries up to `lastIndex` are on their way.
  void sent(long lastIndex, long bytes) {
    inflight.add(new Sent(lastIndex, bytes));
    inflightBytes += bytes;
    if (!probing) {
      nextIndex = lastIndex + 1;
    }
  }

  /// The peer's log agrees, synced, up to `index`. Late and repeated news is old news.
  void accepted(long index) {
    while (!inflight.isEmpty() && inflight.getFirst().lastIndex <= index) {
      inflightBytes -= inflight.removeFirst().bytes;
    }
    if (index > matchIndex) {
      matchIndex = index;
      quietTicks = 0;
    }
    if (probing && index >= nextIndex - 1) {
      forgetInflight();
      probing = false;
    }
    nextIndex = Math.max(nextIndex, matchIndex + 1);
  }

  /// The peer does not hold `previous`; the logs may agree at `possibleMatch`.
  void rejected(long previous, long possibleMatch) {
    boolean late = previous <= matchIndex || (probing && previous != nextIndex - 1);
    if (!late) {
      probeFrom(Math.min(previous, possibleMatch + 1));
    }
  }

  void roundAnswered(long answered) {
    round = Math.max(round, answered);
  }

  /// Time passes. What was sent and never answered is lost: a probe is repeated after
  /// `heartbeatTicks`, and a stream that stands still for `electionTicks` goes back to probing.
  void tick(int heartbeatTicks, int electionTicks) {
    quietTicks = inflight.isEmpty() ? 0 : quietTicks + 1;
    if (quietTicks >= (probing ? heartbeatTicks : electionTicks)) {
      probeFrom(probing ? nextIndex : matchIndex + 1);
    }
  }

  private void probeFrom(long index) {
    forgetInflight();
    probing = true;
    nextIndex = Math.max(index, matchIndex + 1);
  }

  private void forgetInflight() {
    inflight.clear();
    inflightBytes = 0;
    quietTicks = 0;
  }
}
