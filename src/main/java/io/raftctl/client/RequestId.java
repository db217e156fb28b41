package io.raftctl.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names one request for good: which session it belongs to and the how-manieth it is.
///
/// Written as 16 hexadecimal digits, a dash and a number, such as `00c0ffee00c0ffee-7`.
public record RequestId(long session, long sequence) {
  private static final Pattern SHAPE = Pattern.compile("([0-9a-fA-F]{16})-([1-9][0-9]{0,17})");

  /// @throws IllegalArgumentException where the text is no request id
  public static RequestId parse(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a request id: it looks like 00c0ffee00c0ffee-7");
    }
    return new RequestId(
        Long.parseUnsignedLong(shape.group(1), 16), Long.parseLong(shape.group(2)));
  }

  @Override
  public String toString() {
    String digits = Long.toHexString(session);
    return "0".repeat(16 - digits.length()) + digits + "-" + sequence;
  }
}
