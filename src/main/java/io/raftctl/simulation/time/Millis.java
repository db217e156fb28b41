package io.raftctl.simulation.time;

import java.math.BigDecimal;

/// Times as scripts have them, to the microsecond: `20ms`, `0.5ms`, `1234.567ms`.
public final class Millis {
  private Millis() {}

  public static String text(long micros) {
    return BigDecimal.valueOf(micros, 3).stripTrailingZeros().toPlainString() + "ms";
  }

  /// @return microseconds
  /// @throws IllegalArgumentException where it is no such time
  public static long micros(String text) {
    if (!text.matches("[0-9]{1,8}(\\.[0-9]{1,3})?ms")) {
      throw new IllegalArgumentException("'" + text + "' is not a time such as 20ms or 0.5ms");
    }
    BigDecimal millis = new BigDecimal(text.substring(0, text.length() - 2));
    return millis.movePointRight(3).longValueExact();
  }
}
