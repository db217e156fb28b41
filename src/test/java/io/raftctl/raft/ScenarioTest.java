package io.raftctl.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.raftctl.testing.ScenarioFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Runs each file of `src/test/resources/scenarios` and compares what happens with what it says.
///
/// After a change that is meant to tell another story, let the files be written anew, and read the
/// difference like any other change:
///
/// ```
/// mvn -Dquick test -Dtest=ScenarioTest -Draftctl.scenarios=rewrite
/// ```
///
/// A run that rewrites always fails, so that no build passes by believing what it has just written,
/// and it writes nothing where the environment has the variable `CI`.
class ScenarioTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("raftctl.basedir", "."), "src/test/resources/scenarios");

  @TestFactory
  Stream<DynamicTest> everyScenarioHappensAsWritten() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> scenarios = files.filter(it -> it.toString().endsWith(".txt")).sorted().toList();
      assertThat(scenarios).isNotEmpty();
      return scenarios.stream()
          .map(file -> DynamicTest.dynamicTest("" + file.getFileName(), () -> run(file)));
    }
  }

  private static void run(Path file) throws IOException {
    String written = Files.readString(file, UTF_8);
    assertThat(written).as("a paragraph at the head that says what it teaches").startsWith("# ");
    String happened = ScenarioFile.replay(written, new Scenario()::run);
    if ("rewrite".equals(System.getProperty("raftctl.scenarios"))) {
      rewrite(file, happened);
    }
    assertThat(happened).isEqualTo(written);
  }

  private static void rewrite(Path file, String happened) throws IOException {
    if (System.getenv("CI") != null) {
      fail("not rewritten: a build does not write what it is judged by");
    }
    Files.writeString(file, happened, UTF_8);
    fail("rewritten: read the difference, then run the test without -Draftctl.scenarios");
  }

  @Test
  void anotherStoryThanTheOneWrittenShows() {
    String written = "# A lie.\n\nnodes 3\n\ntimeout 1\n----\n     1 leads term 1\n";
    assertThat(ScenarioFile.replay(written, new Scenario()::run))
        .isEqualTo(
            """
            # A lie.

            nodes 3

            timeout 1
            ----
                 1 is a candidate in term 1
                 1 votes for 1 in term 1
            """);
  }

  @Test
  void aWordThatNobodyKnowsFailsWithItsLine() {
    assertThatThrownBy(() -> ScenarioFile.replay("# A.\n\nexplode 1\n", new Scenario()::run))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("at 'explode 1': no such word: explode");
    assertThatThrownBy(() -> ScenarioFile.replay("# A.\n\ndrop Letter\n", new Scenario()::run))
        .hasMessageContaining("no such message: Letter");
  }
}
