package io.raftctl.raft.progress;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.snapshot.Snapshot;
import io.raftctl.raft.snapshot.Transfer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// What a leader knows of one peer's log, and what it has on the way there.
///
/// It probes, one entry at a time, until it knows where the logs agree; then it streams ahead under
/// a limit of bytes. `matchIndex < nextIndex` always, and `matchIndex` never falls. A peer that
/// lacks entries which the leader has no longer gets a snapshot meanwhile ([Transfer]).
///
/// A peer whose disk has lost entries holds their names still, and what is behind them: it gets
/// what follows `heldIndex`, and counts up to `matchIndex` only. For as long as the two differ it
/// is probed now and then, so that the news of a repair cannot get lost.
///
/// A probe that stays unanswered is sent again, each time after twice the wait: the answer may be
/// late and not lost, and copies would make a slow link slower still. A peer that was silent and is
/// heard again is probed at once.
public final class Progress {
  /// A probe's wait is doubled at most so many times.
  private static final int DOUBLINGS_MAX = 4;

  /// A message sent and not yet answered.
  private record Sent(long lastIndex, long bytes) {}

  private final int heartbeatTicks;
  private final int electionTicks;

  /// The highest entry known to be synced in the peer's log, with nothing damaged up to it.
  private long matchIndex;

  /// The highest entry known to be synced in the peer's log, damaged or not. Never falls.
  private long heldIndex;

  /// The peer has lost this entry, and only a snapshot that holds it helps; 0 for none.
  private long lostIndex;

  /// The highest entry that a quorum may count the peer for. Less than `matchIndex` while the peer
  /// has forgotten what it has promised.
  private long vouchedIndex;

  /// The next entry to send.
  private long nextIndex;

  private boolean probing = true;

  /// The snapshot on its way, where the peer needs one.
  private @Nullable Snapshot snapshot;

  private @Nullable Transfer transfer;
  private final Deque<Sent> inflight = new ArrayDeque<>();
  private long inflightBytes;

  /// Ticks since the peer last moved ahead, while something is on the way.
  private int quietTicks;

  /// Ticks since the peer was last heard of.
  private int silentTicks;

  /// Ticks since the peer last came closer to the end of the leader's log.
  private int stillTicks;

  /// How often a probe's wait was doubled; forgotten once a stream is answered in time.
  private int doublings;

  /// The last heartbeat round that the peer has answered in this term.
  private long round;

  /// Whether the peer's disk is full, by its last word.
  private boolean shortOfRoom;

  /// @param heartbeatTicks a probe is first repeated after so long
  /// @param electionTicks after so long a stream stands still, or a peer is silent
  public Progress(long nextIndex, int heartbeatTicks, int electionTicks) {
    this.nextIndex = nextIndex;
    this.heartbeatTicks = heartbeatTicks;
    this.electionTicks = electionTicks;
  }

  public long matchIndex() {
    return matchIndex;
  }

  public long vouchedIndex() {
    return vouchedIndex;
  }

  public long nextIndex() {
    return nextIndex;
  }

  /// For how long the peer has come no closer to the end of the leader's log.
  public int stillTicks() {
    return stillTicks;
  }

  /// What is on its way to the peer and not answered yet.
  public long inflightBytes() {
    return inflightBytes;
  }

  public long round() {
    return round;
  }

  public boolean shortOfRoom() {
    return shortOfRoom;
  }

  /// Whether the next message is to hold one entry only: it may be sent many times in vain.
  public boolean probing() {
    return probing;
  }

  /// The snapshot that the peer gets, or null.
  public @Nullable Snapshot snapshot() {
    return snapshot;
  }

  /// The transfer of `wanted` to the peer: the one under way, or a new one.
  public Transfer transferOf(Snapshot wanted) {
    if (transfer == null || !wanted.equals(snapshot)) {
      snapshot = wanted;
      transfer = new Transfer(wanted.bytes(), electionTicks);
    }
    return transfer;
  }

  /// The peer needs no snapshot any more.
  public void endTransfer() {
    snapshot = null;
    transfer = null;
  }

  /// The peer asked for an entry that only a snapshot gives back.
  public void lost(long index) {
    lostIndex = Math.max(lostIndex, index);
  }

  /// The last entry that a snapshot for the peer must hold; 0 where it has lost nothing.
  public long lostIndex() {
    return lostIndex;
  }

  /// Whether the peer lacks what a log that begins at `firstIndex` holds no longer.
  public boolean needsSnapshot(long firstIndex) {
    return nextIndex < firstIndex || lostIndex > 0;
  }

  /// The peer has so much of the snapshot up to `last`.
  public void stored(EntryId last, long position) {
    if (snapshot != null && transfer != null && snapshot.last().equals(last)) {
      stillTicks = transfer.stored(position) ? 0 : stillTicks;
    }
    heard();
  }

  /// Whether another message may leave now.
  public boolean maySend(long inflightBytesMax) {
    return inflight.isEmpty() || (!probing && inflightBytes < inflightBytesMax);
  }

  /// Whether nothing came from the peer for an election timeout.
  public boolean silent() {
    return silentTicks >= electionTicks;
  }

  /// Entries up to `lastIndex` are on their way.
  public void sent(long lastIndex, long bytes) {
    inflight.add(new Sent(lastIndex, bytes));
    inflightBytes += bytes;
    if (!probing) {
      nextIndex = lastIndex + 1;
    }
  }

  /// The peer's log agrees, synced, up to `held`, nothing is damaged up to `match`, and the peer
  /// vouches for that. Late and repeated news is old news.
  public void accepted(long match, long held) {
    vouchedIndex = Math.max(vouchedIndex, match);
    agreed(match, held);
    heard();
  }

  /// The same without a word that anything may rest on: not a commit, and not that the peer is
  /// heard.
  public void agreed(long match, long held) {
    while (!inflight.isEmpty() && inflight.getFirst().lastIndex <= held) {
      inflightBytes -= inflight.removeFirst().bytes;
    }
    if (match > matchIndex || held > heldIndex) {
      matchIndex = Math.max(matchIndex, match);
      heldIndex = Math.max(heldIndex, held);
      quietTicks = 0;
      stillTicks = 0;
      doublings = probing ? doublings : 0;
    }
    lostIndex = match >= lostIndex ? 0 : lostIndex;
    if (probing && held >= nextIndex - 1) {
      forgetInflight();
      probing = false;
    }
    nextIndex = Math.max(nextIndex, (probing ? matchIndex : heldIndex) + 1);
  }

  /// The peer does not hold `previous`; the logs may agree at `possibleMatch`.
  public void rejected(long previous, long possibleMatch) {
    boolean late = previous <= heldIndex || (probing && previous != nextIndex - 1);
    if (!late) {
      probeFrom(Math.min(previous, possibleMatch + 1));
    }
    heard();
  }

  /// @param isShort whether the peer says that its disk is full
  public void roundAnswered(long answered, boolean isShort) {
    if (answered >= round) {
      round = answered;
      shortOfRoom = isShort;
    }
    heard();
  }

  /// Time passes: what is on the way for too long is sent again.
  public void tick() {
    silentTicks++;
    stillTicks++;
    if (transfer != null) {
      transfer.tick();
    }
    boolean waits = !inflight.isEmpty() || matchIndex < heldIndex;
    quietTicks = waits ? quietTicks + 1 : 0;
    if (quietTicks >= (probing ? heartbeatTicks << doublings : electionTicks)) {
      doublings = Math.min(doublings + 1, DOUBLINGS_MAX);
      probeAgain();
    }
  }

  /// A peer that was cut off or down has lost what was on the way meanwhile.
  private void heard() {
    if (silent()) {
      doublings = 0;
      if (!inflight.isEmpty()) {
        probeAgain();
      }
    }
    silentTicks = 0;
  }

  /// Repeats a probe; or probes at the end of the stream, and not where its answers stopped. If the
  /// stream is only slow, the probe comes last and is accepted, and nothing was sent twice; if
  /// something is lost, the rejection says from where on.
  private void probeAgain() {
    probeFrom(probing ? nextIndex : nextIndex - 1);
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
