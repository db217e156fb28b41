package io.raftctl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The README shows what its commands print.
@Timeout(300)
@UsesClusterPorts
class ReadmeEndToEndTest {
  private static final Path README =
      Path.of(System.getProperty("raftctl.basedir")).resolve("README.md");

  /// All commands together: half a minute on a machine that has nothing else to do.
  private static final Duration ALL_MAX = Duration.ofMinutes(4);

  @TempDir private Path folder;

  @AfterEach
  void endWhatIsLeft() throws Exception {
    ConsoleText.end(folder, List.of("demo", "grow"));
  }

  @Test
  void theReadmeShowsWhatItsCommandsPrint() throws Exception {
    ConsoleText readme = new ConsoleText(README);
    assertThat(readme.commands()).isGreaterThan(10);
    readme.check(folder, ALL_MAX);
  }
}
