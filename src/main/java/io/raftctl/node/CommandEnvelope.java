package io.raftctl.node;

import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import java.nio.ByteBuffer;

/// The data of an entry of kind COMMAND: which request it came from, and the client's bytes.
///
/// ```
/// plain   version (1 byte, 1)  session (8)  sequence (8)  command (the rest)
/// once    version (1 byte, 2)  kind (1 byte, 1)  session (8)  sequence (8)  since (8)
///         settledBelow (8)  after (8)  command (the rest)
/// cancel  version (1 byte, 2)  kind (1 byte, 2)  session (8)  sequence (8)  since (8)
/// ```
///
/// Numbers are big-endian. Version 1 is what was written before there were sessions; its commands
/// run as they did then.
public final class CommandEnvelope {
  private static final byte PLAIN_VERSION = 1;
  private static final byte SESSION_VERSION = 2;
  private static final byte ONCE = 1;
  private static final byte CANCEL = 2;

  private static final int PLAIN_BYTES = 17;
  private static final int ONCE_BYTES = 42;
  private static final int CANCEL_BYTES = 26;

  private CommandEnvelope() {}

  public static byte[] encode(SessionCommand command) {
    return switch (command) {
      case SessionCommand.Plain(RequestId id, byte[] bytes) ->
          named(ByteBuffer.allocate(PLAIN_BYTES + bytes.length).put(PLAIN_VERSION), id)
              .put(bytes)
              .array();
      case SessionCommand.Once(Stamp stamp, byte[] bytes) ->
          named(header(ONCE, ONCE_BYTES + bytes.length), stamp.id())
              .putLong(stamp.since())
              .putLong(stamp.settledBelow())
              .putLong(stamp.after())
              .put(bytes)
              .array();
      case SessionCommand.Cancel(RequestId id, long since) ->
          named(header(CANCEL, CANCEL_BYTES), id).putLong(since).array();
    };
  }

  private static ByteBuffer header(byte kind, int size) {
    return ByteBuffer.allocate(size).put(SESSION_VERSION).put(kind);
  }

  private static ByteBuffer named(ByteBuffer buffer, RequestId id) {
    return buffer.putLong(id.session()).putLong(id.sequence());
  }

  /// @throws IllegalArgumentException where the bytes are no envelope of a known version
  public static SessionCommand decode(byte[] data) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    if (data.length >= PLAIN_BYTES && data[0] == PLAIN_VERSION) {
      buffer.get();
      return new SessionCommand.Plain(id(buffer), rest(buffer));
    }
    if (data.length >= CANCEL_BYTES && data[0] == SESSION_VERSION) {
      buffer.get();
      byte kind = buffer.get();
      if (kind == ONCE && data.length >= ONCE_BYTES) {
        Stamp stamp = new Stamp(id(buffer), buffer.getLong(), buffer.getLong(), buffer.getLong());
        return new SessionCommand.Once(stamp, rest(buffer));
      }
      if (kind == CANCEL && data.length == CANCEL_BYTES) {
        return new SessionCommand.Cancel(id(buffer), buffer.getLong());
      }
    }
    throw new IllegalArgumentException(
        "an entry of an unknown version; upgrade this node before it joins the cluster");
  }

  private static RequestId id(ByteBuffer buffer) {
    return new RequestId(buffer.getLong(), buffer.getLong());
  }

  private static byte[] rest(ByteBuffer buffer) {
    byte[] command = new byte[buffer.remaining()];
    buffer.get(command);
    return command;
  }
}
