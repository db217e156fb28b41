package io.raftctl.repl;

import io.raftctl.cluster.ClusterException;
import java.util.List;

/// What a script says of the line before: `expect exit 4`, `expect OK`, `expect not leader 3`.
///
/// Blanks count once, however many there are, so that columns may be of any width.
sealed interface Expectation {
  /// The line ends with this exit code; without such a line it must end with 0.
  record Exit(int code) implements Expectation {}

  /// The line writes the text, or does not.
  record Text(String text, boolean there) implements Expectation {}

  String WORD = "expect";

  /// @param words of which the first one is [#WORD]
  static Expectation of(List<String> words) throws ClusterException {
    if (words.size() == 3 && words.get(1).equals("exit") && words.get(2).matches("[0-9]{1,3}")) {
      return new Exit(Integer.parseInt(words.get(2)));
    }
    boolean not = words.size() > 2 && words.get(1).equals("not");
    String text = plain(String.join(" ", words.subList(not ? 2 : 1, words.size())));
    if (text.isEmpty()) {
      throw ClusterException.usage(
          "what is expected?", "such as: expect OK, expect not OK, expect exit 4");
    }
    return new Text(text, !not);
  }

  /// What is not as expected, in a line; empty where all is.
  default String complaint(int exitCode, String written) {
    return switch (this) {
      case Exit(int code) ->
          code == exitCode
              ? ""
              : "exit code %d is expected, and it was %d".formatted(code, exitCode);
      case Text(String text, boolean there) ->
          plain(written).contains(text) == there
              ? ""
              : "'%s' is %sexpected".formatted(text, there ? "" : "not ");
    };
  }

  private static String plain(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
