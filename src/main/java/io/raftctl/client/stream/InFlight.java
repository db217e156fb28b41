package io.raftctl.client.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which requests wait, which are sent, and what must go along with them so that each runs once and
/// in its order.
///
/// A node takes the commands of a stream into its log in the order in which they were sent, but it
/// may refuse some: it was deposed in between, or had no room. From the first refusal on nothing
/// more is sent until all that was sent has its outcome, or the stream is gone. Then all that has
/// no outcome goes again, first and in its order. Each command names the one that it follows
/// ([#take]), so a later one does not run where an earlier one got lost; and each has its sequence
/// in the session, so one that ran is not run again.
///
/// A request is in one of the three collections until its outcome is known. One thread owns this;
/// it does no input or output.
final class InFlight {
  /// A request to be sent.
  ///
  /// @param after the command that must have had its turn before this one, or 0
  record Sending(Request request, long after) {}

  private static final long NONE = Long.MAX_VALUE;

  private final Deque<Request> waiting = new ArrayDeque<>();

  /// By sequence, on the current stream.
  private final TreeMap<Long, Request> sent = new TreeMap<>();

  /// By sequence: to go again on the next stream.
  private final TreeMap<Long, Request> refused = new TreeMap<>();

  /// Commands that some try may have brought into a log.
  private final TreeSet<Long> doubtful = new TreeSet<>();

  private long lastAdded;

  /// The last command that was sent on the current stream, or 0.
  private long lastSent;

  /// The last command of the session that is done, or 0.
  private long lastDone;

  /// The first command of the session that ended without anybody knowing how.
  private long firstUnknown = NONE;

  void add(Request request) {
    assert request.sequence() > lastAdded;
    lastAdded = request.sequence();
    waiting.add(request);
  }

  /// The next requests to send; none while a refusal holds the rest back.
  List<Sending> take(int countMax, int bytesMax) {
    List<Sending> taken = new ArrayList<>();
    int bytes = 0;
    while (refused.isEmpty() && taken.size() < countMax && !waiting.isEmpty()) {
      Request next = waiting.getFirst();
      bytes += next.command().length;
      if (bytes > bytesMax && !taken.isEmpty()) {
        break;
      }
      waiting.removeFirst();
      sent.put(next.sequence(), next);
      taken.add(new Sending(next, next.readOnly() ? 0 : follow(next.sequence())));
    }
    return taken;
  }

  private long follow(long sequence) {
    long before = lastSent > 0 ? lastSent : lastDone;
    lastSent = sequence;
    return before < sequence ? before : 0;
  }

  /// Below this sequence nothing of the session is sent or asked for again.
  long settledBelow() {
    long lowest = Math.min(firstUnknown, lastAdded + 1);
    lowest = sent.isEmpty() ? lowest : Math.min(lowest, sent.firstKey());
    lowest = refused.isEmpty() ? lowest : Math.min(lowest, refused.firstKey());
    return waiting.isEmpty() ? lowest : Math.min(lowest, waiting.getFirst().sequence());
  }

  /// The request has its outcome; null where it is not waited for.
  @Nullable Request done(long sequence) {
    Request request = sent.remove(sequence);
    if (request != null && !request.readOnly()) {
      doubtful.remove(sequence);
      lastDone = Math.max(lastDone, sequence);
    }
    return request;
  }

  /// The request ends without having been done; null where it is not waited for.
  @Nullable Request remove(long sequence) {
    return sent.remove(sequence);
  }

  /// Whether some try of the command may be in a log. A read never is.
  boolean isDoubtful(long sequence) {
    return doubtful.contains(sequence);
  }

  boolean hasDoubtful() {
    return !doubtful.isEmpty();
  }

  /// A request that was removed ends for its client.
  ///
  /// @return whether nobody knows how
  boolean giveUp(Request request) {
    boolean unknown = doubtful.remove(request.sequence());
    if (unknown) {
      firstUnknown = Math.min(firstUnknown, request.sequence());
    }
    return unknown;
  }

  /// This try was certainly not taken; there may be another one.
  void refuse(long sequence) {
    Request request = sent.remove(sequence);
    if (request != null) {
      refused.put(sequence, request);
    }
  }

  /// Nobody knows what became of this try; there may be another one.
  void doubt(long sequence) {
    Request request = sent.get(sequence);
    if (request != null) {
      markDoubtful(request);
      refuse(sequence);
    }
  }

  /// The stream is gone, and what was sent on it is in doubt.
  void lose() {
    sent.values().forEach(this::markDoubtful);
    refused.putAll(sent);
    sent.clear();
  }

  /// Makes what was refused or lost the first to be sent, on a new stream.
  void rewind() {
    assert sent.isEmpty() : "what was sent on the old stream may yet have its outcome";
    refused.descendingMap().values().forEach(waiting::addFirst);
    refused.clear();
    lastSent = 0;
  }

  /// From now on everything belongs to a new session.
  void renew() {
    assert sent.isEmpty() && doubtful.isEmpty() : "a request in doubt keeps its session";
    lastSent = 0;
    lastDone = 0;
    firstUnknown = NONE;
  }

  /// Removes and returns what has no time left. What is sent is in doubt then.
  List<Request> expire(long nowNanos) {
    List<Request> expired = expire(sent.values(), nowNanos);
    expired.forEach(this::markDoubtful);
    expired.addAll(expire(refused.values(), nowNanos));
    expired.addAll(expire(waiting, nowNanos));
    return expired;
  }

  /// Removes and returns all; call [#lose] first.
  List<Request> abandon() {
    List<Request> abandoned = new ArrayList<>(refused.values());
    abandoned.addAll(waiting);
    refused.clear();
    waiting.clear();
    return abandoned;
  }

  /// Whether nothing that was sent is without an outcome.
  boolean isSettled() {
    return sent.isEmpty();
  }

  /// Whether a refusal holds the rest back.
  boolean isHeld() {
    return !refused.isEmpty();
  }

  /// Whether there is anything left to send.
  boolean wantsToSend() {
    return !waiting.isEmpty() || !refused.isEmpty();
  }

  private void markDoubtful(Request request) {
    if (!request.readOnly()) {
      doubtful.add(request.sequence());
    }
  }

  /// All requests have the same time to live, so the oldest come first.
  private static List<Request> expire(Collection<Request> ordered, long nowNanos) {
    List<Request> expired = new ArrayList<>();
    Iterator<Request> requests = ordered.iterator();
    while (requests.hasNext()) {
      Request request = requests.next();
      if (request.deadlineNanos() - nowNanos > 0) {
        break;
      }
      requests.remove();
      expired.add(request);
    }
    return expired;
  }
}
