package io.raftctl.client;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.TreeSet;

/// Gives each request of one client its id, and knows what the cluster must be told with it so that
/// it runs once. Any thread may call.
public final class Session {
  private static final long UNKNOWN = -1;

  private final long id;

  /// Sequences that may still be sent or asked for.
  private final TreeSet<Long> unsettled = new TreeSet<>();

  private long last;
  private long since = UNKNOWN;

  /// A session that no other client has: 64 bits from the system's random source, because two
  /// clients with one session would take each other's answers for their own.
  public Session() {
    this(random());
  }

  Session(long id) {
    this.id = id;
  }

  public long id() {
    return id;
  }

  /// Counts up from 1.
  public synchronized RequestId next() {
    last++;
    unsettled.add(last);
    return new RequestId(id, last);
  }

  /// The request's outcome is known: it is neither sent nor asked for again.
  public synchronized void settle(RequestId request) {
    unsettled.remove(request.sequence());
  }

  /// The lowest sequence that may still be sent or asked for.
  public synchronized long settledBelow() {
    return unsettled.isEmpty() ? last + 1 : unsettled.first();
  }

  /// A node told what is committed there. The first word counts: the session must be younger than
  /// that, so it has to come before the first request is sent.
  ///
  /// @param commitIndex negative where no node told
  public synchronized void learn(long commitIndex) {
    if (since == UNKNOWN && commitIndex >= 0) {
      since = commitIndex;
    }
  }

  /// Whether a node has told since when the session can exist.
  public synchronized boolean isDated() {
    return since != UNKNOWN;
  }

  /// A commit index that some node told before the first request was sent; 0 is always true.
  public synchronized long since() {
    return Math.max(0, since);
  }

  /// Straight from the system where it can be, since to set up [SecureRandom] takes a shell command
  /// longer than its call.
  private static long random() {
    try (InputStream system = new FileInputStream("/dev/urandom")) {
      byte[] bytes = system.readNBytes(Long.BYTES);
      if (bytes.length == Long.BYTES) {
        return ByteBuffer.wrap(bytes).getLong();
      }
    } catch (IOException e) {
      // Not every system has this file.
    }
    return new SecureRandom().nextLong();
  }
}
