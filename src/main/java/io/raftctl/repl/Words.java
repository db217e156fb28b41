package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.util.ArrayList;
import java.util.List;

/// A line cut into words as a shell would: blanks separate, quotes and backslashes protect, an
/// unquoted `#` at the start of a word begins a comment. Nothing is expanded.
public final class Words {
  private final String line;
  private final List<String> words = new ArrayList<>();
  private int position;

  private Words(String line) {
    this.line = line;
  }

  /// The words of the line; none if it is empty or a comment.
  public static List<String> of(String line) throws ClusterException {
    Words words = new Words(line);
    words.readAll();
    return List.copyOf(words.words);
  }

  private void readAll() throws ClusterException {
    while (true) {
      while (position < line.length() && Character.isWhitespace(line.charAt(position))) {
        position++;
      }
      if (position == line.length() || line.charAt(position) == '#') {
        return;
      }
      words.add(word());
    }
  }

  private String word() throws ClusterException {
    StringBuilder word = new StringBuilder();
    while (position < line.length() && !Character.isWhitespace(line.charAt(position))) {
      char c = line.charAt(position++);
      switch (c) {
        case '\'' -> singleQuoted(word);
        case '"' -> doubleQuoted(word);
        case '\\' -> word.append(escaped());
        default -> word.append(c);
      }
    }
    return word.toString();
  }

  private void singleQuoted(StringBuilder word) throws ClusterException {
    int end = line.indexOf('\'', position);
    if (end < 0) {
      throw unclosed('\'');
    }
    word.append(line, position, end);
    position = end + 1;
  }

  private void doubleQuoted(StringBuilder word) throws ClusterException {
    while (position < line.length()) {
      char c = line.charAt(position++);
      if (c == '"') {
        return;
      }
      // Within double quotes a backslash protects only what is special there.
      boolean escape = c == '\\' && position < line.length() && isSpecial(line.charAt(position));
      word.append(escape ? line.charAt(position++) : c);
    }
    throw unclosed('"');
  }

  private char escaped() throws ClusterException {
    if (position == line.length()) {
      throw ClusterException.usage("a line cannot end with a backslash", "");
    }
    return line.charAt(position++);
  }

  private static boolean isSpecial(char c) {
    return c == '"' || c == '\\';
  }

  private static ClusterException unclosed(char quote) {
    return ClusterException.usage("the quote " + quote + " is not closed", "");
  }
}
