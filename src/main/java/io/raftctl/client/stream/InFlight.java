package io.raftctl.client.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which requests wait, which are sent, and which may be sent again without breaking the order.
///
/// A node takes the commands of a stream into its log in the order in which they were sent, but it
/// may refuse some: it was deposed in between, or had no room. From the first refusal on nothing
/// more is sent until all that was sent has its outcome. Only then the refused ones go again, first
/// and in their order; but one that a later command has overtaken, because that was taken or may
/// have been, is never sent again. So whatever is done stands in the log in its order.
///
/// A request is in one of the three collections until its outcome is known. One thread owns this;
/// it does no input or output.
final class InFlight {
  private final Deque<Request> waiting = new ArrayDeque<>();

  /// By sequence, on the current stream.
  private final TreeMap<Long, Request> sent = new TreeMap<>();

  /// By sequence; certainly not in any log.
  private final TreeMap<Long, Request> refused = new TreeMap<>();

  /// The sequence of the last command that is, or may be, in a log.
  private long lastTaken;

  void add(Request request) {
    assert waiting.isEmpty() || waiting.getLast().sequence() < request.sequence();
    waiting.add(request);
  }

  /// The next requests to send; none while a refusal holds the rest back.
  List<Request> take(int countMax, int bytesMax) {
    List<Request> taken = new ArrayList<>();
    int bytes = 0;
    while (refused.isEmpty() && taken.size() < countMax && !waiting.isEmpty()) {
      Request next = waiting.getFirst();
      bytes += next.command().length;
      if (bytes > bytesMax && !taken.isEmpty()) {
        break;
      }
      waiting.removeFirst();
      sent.put(next.sequence(), next);
      taken.add(next);
    }
    return taken;
  }

  /// A request was done, may yet be done, or was refused for good; null where it is not waited for.
  ///
  /// @param taken whether a log holds it, or may
  @Nullable Request settle(long sequence, boolean taken) {
    Request request = sent.remove(sequence);
    if (request != null && taken) {
      markTaken(request);
    }
    return request;
  }

  /// A request was certainly not taken, and may be sent again.
  void refuse(long sequence) {
    Request request = sent.remove(sequence);
    if (request != null) {
      refused.put(sequence, request);
    }
  }

  /// The stream is gone. Of what was sent, reads may go again; the commands are returned, and
  /// nobody knows their outcome.
  List<Request> lose() {
    List<Request> lost = new ArrayList<>();
    for (Request request : sent.values()) {
      if (request.readOnly()) {
        refused.put(request.sequence(), request);
      } else {
        markTaken(request);
        lost.add(request);
      }
    }
    sent.clear();
    return lost;
  }

  /// Makes the refused ones the first to be sent, and returns those that may not be: a later
  /// command has overtaken them.
  List<Request> rewind() {
    assert sent.isEmpty() : "until all that was sent is settled, a later one may still be taken";
    List<Request> overtaken = new ArrayList<>();
    for (Request request : refused.descendingMap().values()) {
      if (!request.readOnly() && request.sequence() < lastTaken) {
        overtaken.addFirst(request);
      } else {
        waiting.addFirst(request);
      }
    }
    refused.clear();
    return overtaken;
  }

  /// Removes and returns what was sent and whose time is over.
  List<Request> expireSent(long nowNanos) {
    List<Request> expired = expire(sent.values(), nowNanos);
    for (Request request : expired) {
      markTaken(request);
    }
    return expired;
  }

  /// Removes and returns what was certainly not taken and whose time is over.
  List<Request> expireUnsent(long nowNanos) {
    List<Request> expired = expire(refused.values(), nowNanos);
    expired.addAll(expire(waiting, nowNanos));
    return expired;
  }

  /// Removes and returns all that was certainly not taken.
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

  private void markTaken(Request request) {
    if (!request.readOnly()) {
      lastTaken = Math.max(lastTaken, request.sequence());
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
