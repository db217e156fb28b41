package io.raftctl.statemachine.session;

import io.raftctl.statemachine.Reply;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// How a table of sessions is saved in a snapshot. Numbers are big-endian.
///
/// ```
/// table    version (4 bytes, 1)  horizon (8)  count (4)  session …, ids ascending
/// session  id (8)  knownSince (8)  lastUsed (8)  floor (8)  count (4)  fate …
/// fate     sequence (8), ascending  kind (1): 1 applied, 2 cancelled, 3 forgotten
///          applied: term (8)  index (8)  ok (1)  text;  cancelled: term (8)  index (8)
/// text     chars (4)  pieces of at most 16384 chars, each as DataOutput.writeUTF writes it
/// ```
///
/// The bytes carry no checksum: whoever stores them does. What could not have been written is
/// refused all the same, and so is any other version.
final class SessionFormat {
  /// @param sessions with ids and last uses that no two of them share
  record Saved(long horizon, List<Session> sessions) {}

  private static final int VERSION = 1;
  private static final byte APPLIED = 1;
  private static final byte CANCELLED = 2;
  private static final byte FORGOTTEN = 3;
  private static final int PIECE_CHARS = 16 << 10;

  private SessionFormat() {}

  static void write(long horizon, Collection<Session> sessions, DataOutput out) throws IOException {
    out.writeInt(VERSION);
    out.writeLong(horizon);
    out.writeInt(sessions.size());
    for (Session session : sessions) {
      out.writeLong(session.id);
      out.writeLong(session.knownSince);
      out.writeLong(session.lastUsed);
      out.writeLong(session.floor());
      out.writeInt(session.fates().size());
      for (Map.Entry<Long, Fate> entry : session.fates().entrySet()) {
        out.writeLong(entry.getKey());
        writeFate(entry.getValue(), out);
      }
    }
  }

  private static void writeFate(Fate fate, DataOutput out) throws IOException {
    switch (fate) {
      case Fate.Applied(Place at, Reply reply) -> {
        out.writeByte(APPLIED);
        writePlace(at, out);
        out.writeBoolean(reply.ok());
        writeText(reply.text(), out);
      }
      case Fate.Cancelled(Place at) -> {
        out.writeByte(CANCELLED);
        writePlace(at, out);
      }
      case Fate.Forgotten() -> out.writeByte(FORGOTTEN);
      case Fate.NotApplied() -> throw new AssertionError("nothing is remembered of these");
    }
  }

  private static void writePlace(Place at, DataOutput out) throws IOException {
    out.writeLong(at.term());
    out.writeLong(at.index());
  }

  /// In pieces, as writeUTF takes 65,535 bytes at most; it keeps every char, sense or not.
  private static void writeText(String text, DataOutput out) throws IOException {
    out.writeInt(text.length());
    for (int at = 0; at < text.length(); at += PIECE_CHARS) {
      out.writeUTF(text.substring(at, Math.min(text.length(), at + PIECE_CHARS)));
    }
  }

  static Saved read(DataInput in) throws IOException {
    int version = in.readInt();
    if (version != VERSION) {
      throw new IOException(
          "sessions of version " + version + "; this raftctl reads version " + VERSION + " only");
    }
    long horizon = in.readLong();
    int count = in.readInt();
    require(horizon >= 0 && count >= 0);
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Session session = readSession(in);
      require(session.lastUsed > horizon);
      require(sessions.isEmpty() || sessions.getLast().id < session.id);
      sessions.add(session);
    }
    require(sessions.stream().mapToLong(session -> session.lastUsed).distinct().count() == count);
    return new Saved(horizon, sessions);
  }

  private static Session readSession(DataInput in) throws IOException {
    Session session = new Session(in.readLong(), in.readLong(), in.readLong());
    long floor = in.readLong();
    int count = in.readInt();
    require(floor >= 1 && count >= 0);
    session.settleBelow(floor);
    long last = floor - 1;
    for (int i = 0; i < count; i++) {
      long sequence = in.readLong();
      require(sequence > last);
      session.remember(sequence, readFate(in));
      last = sequence;
    }
    return session;
  }

  private static Fate readFate(DataInput in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case APPLIED -> new Fate.Applied(readPlace(in), new Reply(in.readBoolean(), readText(in)));
      case CANCELLED -> new Fate.Cancelled(readPlace(in));
      case FORGOTTEN -> new Fate.Forgotten();
      default -> throw new IOException("a request's fate is of the unknown kind " + kind);
    };
  }

  private static Place readPlace(DataInput in) throws IOException {
    return new Place(in.readLong(), in.readLong());
  }

  private static String readText(DataInput in) throws IOException {
    int length = in.readInt();
    require(length >= 0);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      String piece = in.readUTF();
      require(!piece.isEmpty());
      text.append(piece);
    }
    require(text.length() == length);
    return text.toString();
  }

  private static void require(boolean sound) throws IOException {
    if (!sound) {
      throw new IOException("these bytes are no table of sessions");
    }
  }
}
