package io.raftctl.cli.terminal;

import io.raftctl.client.Problem;
import java.util.Arrays;

/// What a script learns without reading a word. Part of the public interface: never renumbered.
public enum ExitCode {
  /// Done, or true.
  DONE(0),
  /// A negative answer: not found, compare failed, unhealthy.
  NEGATIVE(1),
  /// The command line is wrong.
  USAGE(2),
  /// Unavailable, certainly not applied: a retry is safe.
  UNAVAILABLE(3),
  /// The outcome is unknown; the request id is printed.
  INDETERMINATE(4),
  /// Denied.
  DENIED(5),
  /// Local input or output failed, data is corrupt, or a node failed.
  FAILED(6);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /// The one with that number; FAILED where there is none.
  public static ExitCode of(int code) {
    return Arrays.stream(values()).filter(it -> it.code == code).findFirst().orElse(FAILED);
  }

  static ExitCode of(Problem.Code problem) {
    return switch (problem) {
      case INVALID, NOT_FOUND, TOO_LARGE -> USAGE;
      case DENIED -> DENIED;
      case UNAVAILABLE, CANCELLED -> UNAVAILABLE;
      case INDETERMINATE -> INDETERMINATE;
      case FAILED -> FAILED;
    };
  }
}
