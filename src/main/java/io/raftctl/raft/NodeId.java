package io.raftctl.raft;

import java.util.regex.Pattern;

/// The name of a node, unique in its cluster and never used again once the node is gone.
///
/// One to 64 characters out of letters, digits, `.`, `_` and `-`. Ids that are numbers come first
/// and in the order of their numbers, so that a list of nodes reads 1, 2, 10.
public record NodeId(String value) implements Comparable<NodeId> {
  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int DIGITS_MAX = 18;

  /// @throws IllegalArgumentException where the value is not a legal id
  public NodeId {
    if (!LEGAL.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a node id: use 1 to 64 letters, digits, '.', '_' or '-'");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    int byNumber = Long.compare(number(), other.number());
    return byNumber != 0 ? byNumber : value.compareTo(other.value);
  }

  /// The id as a number; past all numbers where it is none. Maps of nodes ask all the time.
  private long number() {
    if (value.length() > DIGITS_MAX) {
      return Long.MAX_VALUE;
    }
    long number = 0;
    for (int at = 0; at < value.length(); at++) {
      int digit = value.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        return Long.MAX_VALUE;
      }
      number = 10 * number + digit;
    }
    return number;
  }

  @Override
  public String toString() {
    return value;
  }
}
