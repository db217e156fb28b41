package io.raftctl.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Mutants that say something: each applies to the source as it is, and stands in the list of bugs.
/// Whether somebody catches them is what [MutantRun] finds out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutantsTest {
  private static final String ELECTION = "io/raftctl/raft/Election.java";
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");
  private static final Pattern NAME = Pattern.compile("`(\\d\\d[a-z]?-[a-z0-9-]+)`");

  private final Laboratory laboratory = Laboratory.here(Duration.ofMinutes(2));
  private final List<Mutant> mutants;

  MutantsTest() throws IOException {
    mutants = Mutant.all(laboratory.root());
  }

  @Test
  void everyMutantAppliesToTheSourceAsItIs() throws IOException {
    assertThat(mutants).isNotEmpty();
    for (Mutant mutant : mutants) {
      assertThat(mutant.apply(laboratory.root())).as(mutant.name()).isNotEmpty();
    }
  }

  @Test
  void everyBugHasItsMutantsInItsRowOrAReasonWhyItCannotExistHere() throws IOException {
    String page = Files.readString(laboratory.root().resolve("docs/mutants.md"));
    List<String> rows = ROW.matcher(page).results().map(MatchResult::group).toList();
    assertThat(rows).hasSize(63);
    for (int bug = 1; bug <= rows.size(); bug++) {
      String row = rows.get(bug - 1);
      String number = "%02d".formatted(bug);
      assertThat(row).startsWith("| " + bug + " |");
      assertThat(NAME.matcher(row).results().map(it -> it.group(1)))
          .as(row)
          .containsExactlyElementsOf(
              mutants.stream().map(Mutant::name).filter(it -> it.startsWith(number)).toList());
      assertThat(row).as("mutants or a reason").containsPattern(NAME.pattern() + "|cannot exist:");
    }
    assertThat(mutants).allMatch(it -> it.name().startsWith("%02d".formatted(it.bug())));
  }

  @Test
  void aTextThatIsNotThereOrTwiceThereIsNoMutant() {
    assertThatThrownBy(() -> electionWithout("  private final Clock clock;\n"))
        .hasMessageContaining("sample.txt does not apply any more")
        .hasMessageContaining(ELECTION);
    assertThatThrownBy(() -> electionWithout("    refuseReads(null);\n"))
        .hasMessageContaining("sample.txt has to say more");
  }

  @Test
  void aFileThatIsNotUnderstoodIsNoMutant() {
    for (String text :
        List.of(
            "",
            "bug x\nA sentence.\n",
            "bug 1\nA sentence.\n",
            "bug 1\nA sentence.\n\nin a.java\n---- instead of\nx\n---- comes\n",
            "bug 1\nA sentence.\n\n---- instead of\nx\n---- comes\n----\n",
            """
            bug 1
            A sentence.
            Another one.

            in a.java
            ---- instead of
            x
            ---- comes
            ----
            """)) {
      assertThatThrownBy(() -> Mutant.parse("sample", text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sample");
    }
  }

  /// The trials prove nothing where a mutant that does nothing is caught, or one that does is not.
  @Test
  void aTrialCatchesABugAndLetsGoWhatIsNone(@TempDir Path folder) throws Exception {
    Laboratory own =
        new Laboratory(laboratory.root(), folder, laboratory.classPath(), laboratory.limit());
    List<Means> paper =
        List.of(new Means("paper tests", List.of("io.raftctl.raft.RaftPaperTest"), 0));
    Mutant forgetful = electionWithout("      state.vote = request.from();\n");
    assertThat(own.judge(forgetful, paper))
        .isInstanceOfSatisfying(
            Verdict.Caught.class,
            caught -> {
              assertThat(caught.means()).isEqualTo("paper tests");
              assertThat(caught.what()).startsWith("RaftPaperTest.");
            });
    Mutant silent = electionWithout("/// Who leads: terms, votes and the change of roles");
    assertThat(own.judge(silent, paper)).isEqualTo(new Verdict.Survived());
    Mutant nonsense = electionWithout("  private final RaftState state;\n");
    assertThat(own.judge(nonsense, paper))
        .isInstanceOfSatisfying(
            Verdict.Broken.class, broken -> assertThat(broken.why()).contains("does not compile"));
  }

  /// The simulator is a means too; here with as few seeds as can be.
  @Test
  void aTrialTriesTheSimulator(@TempDir Path folder) throws Exception {
    Laboratory own =
        new Laboratory(laboratory.root(), folder, laboratory.classPath(), laboratory.limit());
    Mutant silent = electionWithout("/// Who leads: terms, votes and the change of roles");
    assertThat(own.judge(silent, List.of(new Means(Means.SIMULATOR, List.of(), 2))))
        .isEqualTo(new Verdict.Survived());
  }

  @Test
  void aMeansIsReadAsItIsWritten() {
    Stream.of(new Means("unit tests", List.of("a.B", "a.C"), 0), new Means("x", List.of(), 300))
        .forEach(means -> assertThat(Means.parse(means.argument())).isEqualTo(means));
  }

  /// Takes the line that begins with `text`, or these lines, out of the elections.
  private Mutant electionWithout(String text) throws IOException {
    String was = text;
    if (!text.endsWith("\n")) {
      Path file = laboratory.root().resolve("src/main/java").resolve(ELECTION);
      was =
          Files.readAllLines(file).stream()
                  .filter(line -> line.startsWith(text))
                  .findFirst()
                  .orElseThrow()
              + "\n";
    }
    Mutant mutant =
        Mutant.parse(
            "sample",
            "bug 1\nA sample.\n\nin "
                + ELECTION
                + "\n---- instead of\n"
                + was
                + "---- comes\n----\n");
    mutant.apply(laboratory.root());
    return mutant;
  }
}
