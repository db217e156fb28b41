package io.raftctl.proto;

/// How large a command may be, which the contracts cannot say themselves.
///
/// Nodes refuse what is larger, and clients do not send it: a batch that is larger than a message
/// may be would break a stream, and with it everything that is under way.
public final class CommandSize {
  /// The largest command, in bytes.
  public static final int BYTES_MAX = 1 << 20;

  private CommandSize() {}
}
