package io.raftctl.statemachine.exec;

import java.util.Locale;

/// How a program is spoken to; `docs/exec.md` is for those who write one.
public enum Protocol {
  /// A command a line in, a reply a line out.
  LINES,
  /// A JSON object a line each way: with index and term, queries and snapshots.
  JSONL;

  /// @throws IllegalArgumentException for an unknown name
  public static Protocol parse(String name) {
    return switch (name) {
      case "lines" -> LINES;
      case "jsonl" -> JSONL;
      default -> throw new IllegalArgumentException("'" + name + "' is neither lines nor jsonl");
    };
  }

  /// Its name on a command line.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
