package io.raftctl.mutants;

import java.util.List;
import java.util.Map;

/// The verdicts as a table of Markdown.
final class VerdictTable {
  private VerdictTable() {}

  static String of(List<Mutant> mutants, Map<String, Verdict> verdicts) {
    StringBuilder table = new StringBuilder("| bug | mutant | caught by | |\n|---|---|---|---|\n");
    for (Mutant mutant : mutants) {
      Verdict verdict = verdicts.get(mutant.name());
      if (verdict != null) {
        table.append(
            "| %d | `%s`: %s | %s |\n"
                .formatted(mutant.bug(), mutant.name(), mutant.sentence(), cells(verdict)));
      }
    }
    return table.toString();
  }

  private static String cells(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Caught(String means, String what, _) -> means + " | " + what;
      case Verdict.Survived() -> "**nobody** | ";
      case Verdict.Broken(String why) -> "**no verdict** | " + why;
    };
  }
}
