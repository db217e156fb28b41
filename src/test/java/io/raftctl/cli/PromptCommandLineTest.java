package io.raftctl.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cli.terminal.Console;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What commands say at the prompt: what to do next is what can be typed there.
class PromptCommandLineTest {
  private static final String NOBODY = "127.0.0.1:1";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PromptCommandLine prompt =
      new PromptCommandLine(
          new Report(
              new Console(
                  InputStream.nullInputStream(),
                  new PrintStream(out, false, UTF_8),
                  new PrintStream(err, true, UTF_8),
                  Map.of(),
                  Path.of("/")),
              false));

  private int run(String line, String endpoint) {
    return prompt.run(List.of(line.split(" ")), List.of(endpoint));
  }

  private String said() {
    return err.toString(UTF_8);
  }

  /// The endpoints are the cluster's own, and nobody ever set the variable.
  @ParameterizedTest
  @ValueSource(strings = {"status", "log", "get k", "put k v", "member ls", "leader transfer"})
  void noHintNamesWhatNobodySet(String line) {
    assertThat(run(line + " --timeout 100ms", NOBODY)).isEqualTo(ExitCode.UNAVAILABLE.code());
    assertThat(said())
        .contains("; ")
        .doesNotContain("RAFTCTL_ENDPOINTS", "raftctl status")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get                      | see 'get --help'",
        "status --verbose         | put -- before what is no option, or see 'status --help'",
        "leader follow            | see 'leader --help'",
        "member become            | see 'member --help'",
        "block                    | see 'block --help'",
        "log verify               | see 'log --help'",
        "snapshot verify nowhere  | save one: snapshot save nowhere",
        "recover                  | such as: recover --from raftctl-data/2 --as 1 --dry-run",
      })
  void aHintIsWhatCanBeTypedHere(String line, String hint) {
    assertThat(run(line, NOBODY)).isNotZero();
    assertThat(said()).endsWith("; " + hint + "\n").hasLineCount(1);
  }

  @Test
  void soIsTheHintOfANodeWhichCannotKnowWhoAsks() throws IOException {
    Reply refusal =
        new Reply.Json(
            404,
            "{\"code\":\"not-found\",\"message\":\"node 9 is no member\","
                + "\"hint\":\"add it first: raftctl member add 9=HOST:PORT\"}");
    try (ScriptedNode node = ScriptedNode.leader(_ -> refusal)) {
      assertThat(run("member promote 9", node.endpoint().toString()))
          .isEqualTo(ExitCode.USAGE.code());
    }
    assertThat(said())
        .isEqualTo("raftctl: node 9 is no member; add it first: member add 9=HOST:PORT\n");
  }

  @Test
  void soIsTheWayOutOfADoubt() throws IOException {
    Reply doubt =
        new Reply.Json(504, "{\"code\":\"indeterminate\",\"message\":\"no\",\"hint\":\"none\"}");
    try (ScriptedNode node = ScriptedNode.leader(_ -> doubt)) {
      assertThat(run("put k v --timeout 300ms", node.endpoint().toString()))
          .isEqualTo(ExitCode.INDETERMINATE.code());
    }
    assertThat(said()).containsPattern("; to settle it: outcome [0-9a-f]{16}-1 --since ");
  }

  @Test
  void helpShowsLinesForThePromptAndLeavesThoseForTheShellAlone() {
    assertThat(run("get --help", NOBODY)).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("Usage: get [")
        .contains("\n  get greeting\n", "\n  value=$(raftctl get greeting) || ");
  }

  @Test
  void everyVerbIsCalledByItsName() {
    for (String name : prompt.names()) {
      out.reset();
      assertThat(run(name + " --help", NOBODY)).isZero();
      assertThat(out.toString(UTF_8)).startsWith("Usage: " + name + " [");
    }
  }
}
