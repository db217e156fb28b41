package io.raftctl.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordingTest {
  private static final Wording PROMPT = Wording.prompt(List.of("status", "log", "member", "help"));

  @Test
  void aShellReadsWhatWasWritten() {
    String text = "look with 'raftctl status'\n";
    assertThat(Wording.SHELL.of(text)).isSameAs(text);
  }

  @Test
  void thePromptsVerbsGoWithoutTheProgram() {
    assertThat(PROMPT.of("look with 'raftctl member ls'")).isEqualTo("look with 'member ls'");
    assertThat(PROMPT.of("Usage: raftctl log [-h]\n\n  raftctl status\n"))
        .isEqualTo("Usage: log [-h]\n\n  status\n");
  }

  @Test
  void whatOnlyAShellHasStays() {
    for (String text :
        List.of(
            "start it with: raftctl node --id 1",
            "raftctl local-cluster stop demo",
            "raftctl logs", // No verb, but one that begins like a verb.
            "/home/me/raftctl status",
            "  raftctl status -o json | jq -r .leader",
            "  leader=$(raftctl status)")) {
      assertThat(PROMPT.of(text)).isEqualTo(text);
    }
  }

  @Test
  void nothingStaysNothing() {
    assertThat(PROMPT.of("")).isEmpty();
  }
}
