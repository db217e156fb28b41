package io.raftctl.statemachine.session;

import java.util.HexFormat;

/// Which request a log entry came from, so that a client with a doubtful outcome can ask for it by
/// name.
///
/// Written as 16 hexadecimal digits, a dash and a number, such as `00c0ffee00c0ffee-7`.
///
/// @param session drawn at random by the client
/// @param sequence counts the session's requests up from 1
public record RequestId(long session, long sequence) implements Comparable<RequestId> {
  /// @throws IllegalArgumentException where the text is no request id
  public static RequestId parse(String text) {
    int dash = text.indexOf('-');
    try {
      if (dash == 16 && text.charAt(dash + 1) != '+') {
        long sequence = Long.parseLong(text.substring(dash + 1));
        if (sequence > 0) {
          return new RequestId(Long.parseUnsignedLong(text.substring(0, dash), 16), sequence);
        }
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // Falls through to the one message that says what a request id looks like.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a request id: it looks like 00c0ffee00c0ffee-7");
  }

  /// By session, then by sequence.
  @Override
  public int compareTo(RequestId other) {
    return session != other.session
        ? Long.compare(session, other.session)
        : Long.compare(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(session) + '-' + sequence;
  }
}
