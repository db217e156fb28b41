package io.raftctl.statemachine.session;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is remembered of one session.
final class Session {
  /// What a session costs against a limit before it remembers anything: a round number near what
  /// its objects take. Part of the replicated state machine, as the limits are.
  static final long BYTES = 400;

  /// What a request costs beside the text of its reply.
  private static final long FATE_BYTES = 160;

  final long id;

  /// Requests of clients that are not known to be younger than this may have been forgotten before
  /// the session was opened here: of those only what is remembered is known.
  final long knownSince;

  /// The last entry that named this session.
  long lastUsed;

  /// Of lower sequences nothing is remembered, and none of them runs any more.
  private long floor = 1;

  /// By sequence, from the floor on; never [Fate.NotApplied].
  private final TreeMap<Long, Fate> fates = new TreeMap<>();

  private long bytes = BYTES;

  Session(long id, long knownSince, long lastUsed) {
    this.id = id;
    this.knownSince = knownSince;
    this.lastUsed = lastUsed;
  }

  long bytes() {
    return bytes;
  }

  long floor() {
    return floor;
  }

  SortedMap<Long, Fate> fates() {
    return fates;
  }

  /// @param since what is known of the request's age
  Fate fate(long sequence, long since) {
    Fate known = fates.get(sequence);
    if (known != null) {
      return known;
    }
    return sequence < floor || since < knownSince ? new Fate.Forgotten() : new Fate.NotApplied();
  }

  /// Whether the request has run, was cancelled, or is so old that it never will.
  boolean hadItsTurn(long sequence) {
    return sequence < floor || fates.containsKey(sequence);
  }

  /// Nobody asks for what is below any more.
  void settleBelow(long sequence) {
    if (sequence > floor) {
      floor = sequence;
      SortedMap<Long, Fate> settled = fates.headMap(sequence);
      settled.values().forEach(fate -> bytes -= bytes(fate));
      settled.clear();
    }
  }

  void remember(long sequence, Fate fate) {
    assert sequence >= floor && !(fate instanceof Fate.NotApplied) : sequence + " " + fate;
    Fate before = fates.put(sequence, fate);
    assert before == null : "a request has one fate";
    bytes += bytes(fate);
  }

  /// Forgets the lowest requests until what is left fits. The floor rises with them, so they do not
  /// run again; the last sequence that there is has no floor above it, and is noted as forgotten.
  void shrinkTo(long bytesMax) {
    while (bytes > bytesMax) {
      Map.@Nullable Entry<Long, Fate> lowest = fates.firstEntry();
      if (lowest == null) {
        return;
      }
      if (lowest.getKey() == Long.MAX_VALUE) {
        bytes -= bytes(lowest.getValue());
        fates.clear();
        remember(Long.MAX_VALUE, new Fate.Forgotten());
        return;
      }
      settleBelow(lowest.getKey() + 1);
    }
  }

  Session copy() {
    Session copy = new Session(id, knownSince, lastUsed);
    copy.floor = floor;
    copy.fates.putAll(fates);
    copy.bytes = bytes;
    return copy;
  }

  private static long bytes(Fate fate) {
    return FATE_BYTES
        + (fate instanceof Fate.Applied applied ? applied.reply().text().length() : 0);
  }
}
