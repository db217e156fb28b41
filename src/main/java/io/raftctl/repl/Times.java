package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.math.BigDecimal;
import java.time.Duration;

/// How times are written in scripts: `500ms`, `0.5s`, `2m`, or a bare number of seconds.
public final class Times {
  private static final int NANOS_DIGITS = 9;

  private Times() {}

  public static Duration of(String text) throws ClusterException {
    String digits = text.replaceFirst("(ms|s|m)$", "");
    if (!digits.matches("[0-9]{1,8}(\\.[0-9]{1,3})?")) {
      throw ClusterException.usage("'" + text + "' is not a time", "such as 500ms, 5s or 2m");
    }
    BigDecimal number = new BigDecimal(digits);
    BigDecimal seconds =
        switch (text.substring(digits.length())) {
          case "ms" -> number.movePointLeft(3);
          case "m" -> number.multiply(BigDecimal.valueOf(60));
          default -> number;
        };
    return Duration.ofNanos(seconds.movePointRight(NANOS_DIGITS).longValueExact());
  }

  /// In seconds where there are whole ones.
  public static String text(Duration time) {
    BigDecimal millis = BigDecimal.valueOf(time.toNanos(), 6);
    return time.toNanos() % 1_000_000_000 == 0
        ? time.toSeconds() + "s"
        : millis.stripTrailingZeros().toPlainString() + "ms";
  }
}
