package io.raftctl.raft;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The name of a node, unique in its cluster and never used again once the node is gone.
///
/// One to 64 characters out of letters, digits, `.`, `_` and `-`. Ids that are numbers come first
/// and in the order of their numbers, so that a list of nodes reads 1, 2, 10.
public final class NodeId implements Comparable<NodeId> {
  private static final int LENGTH_MAX = 64;

  /// What would break the line of a message; such a value may come from a disk or from a stranger.
  private static final Pattern UNREADABLE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

  private static final int DIGITS_MAX = 18;

  private final String value;

  /// Kept, as maps of nodes ask for it all the time.
  private final long number;

  /// @throws IllegalArgumentException where the value is not a legal id
  public NodeId(String value) {
    if (!isLegal(value)) {
      throw new IllegalArgumentException(
          "'"
              + UNREADABLE.matcher(value).replaceAll("?")
              + "' is not a node id: use 1 to 64 letters, digits, '.', '_' or '-'");
    }
    this.value = value;
    this.number = numberOf(value);
  }

  /// Whether the text could be an id.
  public static boolean isLegal(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      return false;
    }
    for (int at = 0; at < text.length(); at++) {
      if (!isLegal(text.charAt(at))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLegal(char letter) {
    return (letter >= 'a' && letter <= 'z')
        || (letter >= 'A' && letter <= 'Z')
        || (letter >= '0' && letter <= '9')
        || letter == '.'
        || letter == '_'
        || letter == '-';
  }

  public String value() {
    return value;
  }

  @Override
  public int compareTo(NodeId other) {
    if (this == other) {
      return 0; // As a rule, where it is in a map.
    }
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : value.compareTo(other.value);
  }

  /// The id as a number; past all numbers where it is none.
  private static long numberOf(String value) {
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
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof NodeId node && value.equals(node.value));
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
