package io.raftctl.client;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/// Gives each request of one client its id. Any thread may ask.
public final class Session {
  private final long id;
  private final AtomicLong sequence = new AtomicLong();

  /// A session that no other client has: 64 bits from the system's random source, because two
  /// clients with one session would take each other's answers for their own.
  public Session() {
    this(random());
  }

  Session(long id) {
    this.id = id;
  }

  /// Counts up from 1.
  public RequestId next() {
    return new RequestId(id, sequence.incrementAndGet());
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
