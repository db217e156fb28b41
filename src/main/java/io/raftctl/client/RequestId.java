package io.raftctl.client;

/// Names one request for good: which session it belongs to and the how-manieth it is.
///
/// Written as 16 hexadecimal digits, a dash and a number, such as `00c0ffee00c0ffee-7`.
public record RequestId(long session, long sequence) {
  @Override
  public String toString() {
    String digits = Long.toHexString(session);
    return "0".repeat(16 - digits.length()) + digits + "-" + sequence;
  }
}
