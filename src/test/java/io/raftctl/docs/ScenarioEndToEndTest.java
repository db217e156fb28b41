package io.raftctl.docs;

import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The scenarios that need whole processes: sessions, directories, programs. Their texts show what
/// their commands print.
@Timeout(150)
@UsesClusterPorts
class ScenarioEndToEndTest {
  private static final Path SCENARIOS =
      Path.of(System.getProperty("raftctl.basedir"), "src/test/resources/scenarios/processes");

  private static final Duration ALL_MAX = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @AfterEach
  void endWhatIsLeft() throws Exception {
    ConsoleText.end(folder, List.of("once", "burn", "prog", "odd"));
  }

  static List<String> scenarios() throws Exception {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void itGoesAsItIsTold(String scenario) throws Exception {
    new ConsoleText(SCENARIOS.resolve(scenario)).check(folder, ALL_MAX);
  }
}
