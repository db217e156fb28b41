package io.raftctl.cluster;

import io.raftctl.client.Problem;

/// Why a cluster on this machine could not be started, reached or changed: one line for a person.
public final class ClusterException extends Exception {
  private static final long serialVersionUID = 1L;

  /// What the shell's exit code tells a script.
  public enum Kind {
    /// The answer is no: it did not come to pass, or it is so already.
    NEGATIVE,
    /// The request makes no sense here: an unknown node, a name that is taken.
    USAGE,
    /// It makes sense, and now is not the time: nothing was done, a retry is safe.
    UNAVAILABLE,
    /// Files or processes of this machine failed us.
    LOCAL,
    /// The cluster refuses it, and will again.
    DENIED,
    /// It may have been done, now or later.
    INDETERMINATE
  }

  private final Kind kind;
  private final String hint;

  private ClusterException(Kind kind, String message, String hint) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }

  public static ClusterException negative(String message, String hint) {
    return new ClusterException(Kind.NEGATIVE, message, hint);
  }

  public static ClusterException usage(String message, String hint) {
    return new ClusterException(Kind.USAGE, message, hint);
  }

  public static ClusterException unavailable(String message, String hint) {
    return new ClusterException(Kind.UNAVAILABLE, message, hint);
  }

  public static ClusterException local(String message, String hint) {
    return new ClusterException(Kind.LOCAL, message, hint);
  }

  public static ClusterException denied(String message, String hint) {
    return new ClusterException(Kind.DENIED, message, hint);
  }

  public static ClusterException indeterminate(String message, String hint) {
    return new ClusterException(Kind.INDETERMINATE, message, hint);
  }

  /// What a node, or the search for one, had to say.
  public static ClusterException of(Problem problem) {
    String message = problem.message();
    String hint = problem.hint();
    return switch (problem.code()) {
      case INVALID, NOT_FOUND, TOO_LARGE -> usage(message, hint);
      case DENIED -> denied(message, hint);
      case UNAVAILABLE, CANCELLED -> unavailable(message, hint);
      case INDETERMINATE -> indeterminate(message, hint);
      case FAILED -> local(message, hint);
    };
  }

  public Kind kind() {
    return kind;
  }

  /// What happened; never null.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// What to do next, or empty.
  public String hint() {
    return hint;
  }
}
