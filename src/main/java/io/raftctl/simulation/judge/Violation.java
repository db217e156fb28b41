package io.raftctl.simulation.judge;

import org.jspecify.annotations.Nullable;

/// A promise of the cluster is broken. The message names which, and where.
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Violation(String message) {
    super(message);
  }

  public Violation(String message, Throwable cause) {
    super(message, cause);
  }

  /// Throws unless the promise holds.
  @SuppressWarnings("AnnotateFormatMethod") // The annotation would be the only use of its library.
  public static void unless(boolean holds, String format, @Nullable Object... arguments) {
    if (!holds) {
      throw new Violation(format.formatted(arguments));
    }
  }

  /// What broke, in a line. Of an error that is no violation it is of use to know where it stands.
  public static String text(Throwable cause) {
    if (cause instanceof Violation) {
      return String.valueOf(cause.getMessage());
    }
    StackTraceElement[] frames = cause.getStackTrace();
    return cause + (frames.length > 0 ? " at " + frames[0] : "");
  }
}
