package io.raftctl.node;

import java.nio.ByteBuffer;

/// The data of an entry of kind COMMAND: which request it came from, and the client's bytes.
///
/// Layout, big-endian: version (1 byte, 1), session (8), sequence (8), command (the rest). The
/// session and its sequence are recorded from the first version on, so that exactly-once sessions
/// can be judged for entries written before they existed.
public record CommandEnvelope(RequestId requestId, byte[] command) {
  /// Bytes before the command.
  public static final int HEADER_BYTES = 17;

  private static final byte VERSION = 1;

  public byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + command.length)
        .put(VERSION)
        .putLong(requestId.session())
        .putLong(requestId.sequence())
        .put(command)
        .array();
  }

  /// @throws IllegalArgumentException where the bytes are no envelope of a known version
  public static CommandEnvelope decode(byte[] data) {
    if (data.length < HEADER_BYTES || data[0] != VERSION) {
      throw new IllegalArgumentException(
          "an entry of an unknown version; upgrade this node before it joins the cluster");
    }
    ByteBuffer buffer = ByteBuffer.wrap(data, 1, data.length - 1);
    RequestId id = new RequestId(buffer.getLong(), buffer.getLong());
    byte[] command = new byte[buffer.remaining()];
    buffer.get(command);
    return new CommandEnvelope(id, command);
  }
}
