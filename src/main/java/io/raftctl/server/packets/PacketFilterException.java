package io.raftctl.server.packets;

/// Packets could not be blocked or released; nothing was changed. The message says what happened in
/// one line, the hint what to do next.
public final class PacketFilterException extends Exception {
  private static final long serialVersionUID = 1;

  private final String hint;
  private final boolean denied;

  PacketFilterException(String message, String hint, boolean denied) {
    super(message);
    this.hint = hint;
    this.denied = denied;
  }

  public String hint() {
    return hint;
  }

  /// Whether only the rights are missing.
  public boolean denied() {
    return denied;
  }
}
