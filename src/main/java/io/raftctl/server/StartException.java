package io.raftctl.server;

import org.jspecify.annotations.Nullable;

/// Why a node did not start. The message is one line: what happened, and behind its last semicolon
/// what to do next.
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /// Who can help.
  public enum Kind {
    /// The settings are wrong or contradict each other.
    USAGE,
    /// A port, a file or a directory of this machine cannot be had.
    LOCAL_IO
  }

  StartException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  StartException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static StartException usage(String message) {
    return new StartException(Kind.USAGE, message);
  }

  /// What happened.
  public String what() {
    return message()
        .substring(0, message().length() - (hint().isEmpty() ? 0 : hint().length() + 2));
  }

  /// What to do next; empty where the message does not say it.
  public String hint() {
    int end = message().lastIndexOf("; ");
    return end < 0 ? "" : message().substring(end + 2);
  }

  private String message() {
    return String.valueOf(getMessage());
  }

  public Kind kind() {
    return kind;
  }
}
