package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("raftctl.basedir", "."), "completions");

  @ParameterizedTest
  @CsvSource({"bash, raftctl.bash", "zsh, _raftctl", "fish, raftctl.fish"})
  void theCommittedScriptIsTheOneThatTheModelGives(String shell, String file) throws IOException {
    assertThat(Files.readString(FOLDER.resolve(file)))
        .as(
            "completions/%s; write it anew: dist/raftctl completion %s >completions/%s",
            file, shell, file)
        .isEqualTo(new Shell(Map.of()).run("completion", shell).out());
  }
}
