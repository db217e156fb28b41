package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.time.Duration;

/// How times are written in scripts: `500ms`, `5s`, `2m`, or a bare number of seconds.
public final class Times {
  private Times() {}

  public static Duration of(String text) throws ClusterException {
    String digits = text.replaceFirst("(ms|s|m)$", "");
    if (!digits.matches("[0-9]{1,6}")) {
      throw ClusterException.usage("'" + text + "' is not a time", "such as 500ms, 5s or 2m");
    }
    long number = Long.parseLong(digits);
    return switch (text.substring(digits.length())) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  /// In seconds where there are whole ones.
  public static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }
}
