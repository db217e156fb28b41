package io.raftctl.cli.command;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as people write them: `300ms`, `5s`, `1.5s`, `2m`.
public final class Durations {
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)(ms|s|m|h)");

  private Durations() {}

  /// @throws IllegalArgumentException where the text is no positive span, or one of over ten
  ///   minutes
  public static Duration parse(String text) {
    return parse(text, "10m");
  }

  /// @param max the longest that makes sense
  /// @throws IllegalArgumentException where the text is no positive span, or a longer one
  public static Duration parse(String text, String max) {
    long millis = millis(text);
    if (millis > 0 && millis <= millis(max)) {
      return Duration.ofMillis(millis);
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a duration from 1ms to " + max + ", such as 300ms, 5s or 2m");
  }

  /// @return 0 where the text is no span
  private static long millis(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      return 0;
    }
    long unit =
        switch (shape.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    return new BigDecimal(shape.group(1)).multiply(BigDecimal.valueOf(unit)).longValue();
  }
}
