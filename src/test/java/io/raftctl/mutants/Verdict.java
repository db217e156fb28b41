package io.raftctl.mutants;

/// What became of a mutant. A trial says it as a line of its own.
sealed interface Verdict {
  /// What each line of a verdict begins with.
  String MARK = "verdict: ";

  /// A test failed, or a seed.
  ///
  /// @param means by its name
  /// @param what the test's name, or the seed
  /// @param why the first line of the failure
  record Caught(String means, String what, String why) implements Verdict {}

  /// All means ran, and none found anything.
  record Survived() implements Verdict {}

  /// No verdict: it does not compile or link, or the process ended without a word.
  record Broken(String why) implements Verdict {}

  /// As a line.
  static String line(Verdict verdict) {
    return MARK
        + switch (verdict) {
          case Caught(String means, String what, String why) ->
              "caught\t" + means + "\t" + oneLine(what) + "\t" + oneLine(why);
          case Survived() -> "survived";
          case Broken(String why) -> "broken\t" + oneLine(why);
        };
  }

  /// The last verdict in what a process wrote.
  static Verdict in(String output) {
    String line =
        output
            .lines()
            .filter(it -> it.startsWith(MARK))
            .reduce((_, last) -> last)
            .orElse(MARK + "broken\tno verdict in\t" + output);
    String[] words = line.substring(MARK.length()).split("\t", 4);
    return switch (words[0]) {
      case "caught" -> new Caught(words[1], words[2], words[3]);
      case "survived" -> new Survived();
      default -> new Broken(words.length > 1 ? words[1] : line);
    };
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
