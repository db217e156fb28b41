package io.raftctl.raft.snapshot;

/// How much of a snapshot a peer has, and how much is on the way to it.
///
/// The peer takes chunks in their order only, and answers each with how much it has. What is lost
/// shows by its silence: then the chunks behind the last answer are sent again, the first one alone
/// until the peer answers. A peer that lost what it had says so in the same way.
public final class Transfer {
  /// A wait is doubled at most so many times.
  private static final int DOUBLINGS_MAX = 4;

  private final long bytes;
  private final int patienceTicks;

  /// The peer has this much, as far as is known.
  private long stored;

  /// What the peer said last; less than `stored` where answers overtook each other, or where it
  /// lost something.
  private long reported;

  /// The next byte to send.
  private long next;

  /// Only one chunk at a time until the peer answers.
  private boolean probing = true;

  private int quietTicks;
  private int doublings;

  /// @param bytes the length of the snapshot
  /// @param patienceTicks how long to wait for an answer
  public Transfer(long bytes, int patienceTicks) {
    this.bytes = bytes;
    this.patienceTicks = patienceTicks;
  }

  /// Where the next chunk begins. At the end of the snapshot it is empty, and asks whether the peer
  /// is done with it.
  public long next() {
    return next;
  }

  /// Whether a chunk may leave now.
  ///
  /// @param inflightBytesMax bytes sent and not yet answered
  public boolean maySend(long inflightBytesMax) {
    return next < bytes && (next == stored || (!probing && next - stored < inflightBytesMax));
  }

  /// Whether the peer is to be asked if it is done: it has all, and said nothing for long.
  public boolean mayAsk() {
    return stored == bytes && probing && quietTicks == 0;
  }

  /// A chunk is on its way.
  public void sent(long length) {
    next += length;
    quietTicks = Math.max(1, quietTicks);
  }

  /// The peer says that it has so much.
  ///
  /// @return whether that is more than was known
  public boolean stored(long position) {
    reported = Math.min(position, bytes);
    boolean more = reported > stored;
    if (more) {
      stored = reported;
      next = Math.max(next, stored);
      probing = false;
      quietTicks = 1;
      doublings = 0;
    }
    return more;
  }

  /// Time passes.
  public void tick() {
    quietTicks++;
    if (quietTicks > patienceTicks << doublings) {
      doublings = Math.min(doublings + 1, DOUBLINGS_MAX);
      quietTicks = 0;
      probing = true;
      stored = reported;
      next = stored;
    }
  }
}
