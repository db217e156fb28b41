package io.raftctl.statemachine.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Words and quotes of the store's commands, as a reader that goes from word to word.
///
/// Words stand apart by spaces or tabs. A word that starts with `"` goes on to the next `"` and may
/// hold blanks; within it `\"`, `\\`, `\n`, `\r` and `\t` stand for the character that they name.
/// Any other word is taken as it stands, so `C:\dir` and `it's` need no care.
public final class CommandText {
  private final String text;
  private int position;

  CommandText(String text) {
    this.text = text;
    skipBlanks();
  }

  /// Several arguments as one command, so that each of them stays one word: an argument that is
  /// empty or holds blanks, quotes or control characters is put in quotes.
  public static String join(List<String> arguments) {
    StringBuilder joined = new StringBuilder();
    for (String argument : arguments) {
      if (!joined.isEmpty()) {
        joined.append(' ');
      }
      joined.append(quote(argument));
    }
    return joined.toString();
  }

  /// The word as it must be written in a command; only quoted where it has to be.
  public static String quote(String word) {
    if (!word.isEmpty() && word.chars().allMatch(c -> c > ' ' && c != '"' && c != 0x7f)) {
      return word;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /// The word that [#quote] wrote so.
  ///
  /// @throws IllegalArgumentException where it is quoted wrongly
  public static String unquote(String written) {
    return new CommandText(written).rest();
  }

  boolean atEnd() {
    return position == text.length();
  }

  /// The next word, or null at the end.
  ///
  /// @throws IllegalArgumentException where a quote is not closed or an escape is not known
  @Nullable String word() {
    if (atEnd()) {
      return null;
    }
    String word = text.charAt(position) == '"' ? quotedWord() : bareWord();
    skipBlanks();
    return word;
  }

  /// All that is left. Where it is exactly one quoted word, what the quotes hold; otherwise the
  /// text as it stands, blanks and quotes within it and behind it included.
  ///
  /// @throws IllegalArgumentException where a quoted word holds an unknown escape
  String rest() {
    String rest = text.substring(position);
    boolean quoted = rest.startsWith("\"") && closingQuote() == text.stripTrailing().length() - 1;
    String value = quoted ? quotedWord() : rest;
    position = text.length();
    return value;
  }

  private String bareWord() {
    int start = position;
    while (!atEnd() && !isBlank(text.charAt(position))) {
      position++;
    }
    return text.substring(start, position);
  }

  private String quotedWord() {
    int end = closingQuote();
    if (end < 0) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    StringBuilder word = new StringBuilder();
    for (int i = position + 1; i < end; i++) {
      char c = text.charAt(i);
      word.append(c == '\\' ? unescape(text.charAt(++i)) : c);
    }
    position = end + 1;
    if (!atEnd() && !isBlank(text.charAt(position))) {
      throw new IllegalArgumentException("a blank must follow a closing quote");
    }
    return word.toString();
  }

  /// Where the quoted word that starts here ends, or -1.
  private int closingQuote() {
    for (int i = position + 1; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '"' -> {
          return i;
        }
        case '\\' -> i++;
        default -> {}
      }
    }
    return -1;
  }

  private static char unescape(char escaped) {
    return switch (escaped) {
      case '"', '\\' -> escaped;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default ->
          throw new IllegalArgumentException(
              "\\" + escaped + " is no escape; known are \\\" \\\\ \\n \\r \\t");
    };
  }

  private void skipBlanks() {
    while (!atEnd() && isBlank(text.charAt(position))) {
      position++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
