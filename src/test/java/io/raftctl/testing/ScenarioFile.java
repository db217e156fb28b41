package io.raftctl.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// The text of a scenario: paragraphs apart by empty lines, each either a comment (`#`) or
/// commands, a line `----`, and what the commands print. Where they print nothing, the line is left
/// out.
public final class ScenarioFile {
  private static final String RULE = "----";

  private ScenarioFile() {}

  /// The same text, with what `run` prints for each command in place of what stands there.
  public static String replay(String text, UnaryOperator<String> run) {
    List<String> paragraphs = new ArrayList<>();
    for (String paragraph : text.strip().split("\n\n+", -1)) {
      paragraphs.add(paragraph.startsWith("#") ? paragraph : replayed(paragraph, run));
    }
    return String.join("\n\n", paragraphs) + "\n";
  }

  private static String replayed(String paragraph, UnaryOperator<String> run) {
    List<String> lines = new ArrayList<>();
    StringBuilder printed = new StringBuilder();
    for (String line : paragraph.split("\n", -1)) {
      if (line.equals(RULE)) {
        break;
      }
      lines.add(line);
      printed.append(printedBy(line, run));
    }
    if (!printed.isEmpty()) {
      lines.add(RULE);
      lines.add(printed.toString().stripTrailing());
    }
    return String.join("\n", lines);
  }

  private static String printedBy(String line, UnaryOperator<String> run) {
    try {
      return run.apply(line);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("at '" + line + "': " + e.getMessage(), e);
    }
  }
}
