package io.raftctl.repl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.repl.LineRunner.Result;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptRunnerTest {
  private final List<String> lines = new ArrayList<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Transcript transcript = new Transcript();
  private final PrintStream out = transcript.over(new PrintStream(OutputStream.nullOutputStream()));

  @Test
  void runsToTheEnd() throws Exception {
    assertThat(run("one\n\ntwo\n", "")).isZero();
    assertThat(lines).containsExactly("one", "two");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void stopsAtTheFirstFailureWithItsExitCodeAndNamesTheLine() throws Exception {
    assertThat(run("one\n# two\n  fail 4 \nfour\n", "")).isEqualTo(4);
    assertThat(lines).doesNotContain("four");
    assertThat(err.toString(UTF_8)).isEqualTo("raftctl: line 3 ended with exit code 4: fail 4\n");
  }

  @Test
  void namesTheFile() throws Exception {
    run("fail 1", "a.script");
    assertThat(err.toString(UTF_8))
        .isEqualTo("raftctl: a.script, line 1 ended with exit code 1: fail 1\n");
  }

  @Test
  void endsWhereTheScriptSaysSo() throws Exception {
    assertThat(run("one\nexit\nfail 1\n", "")).isZero();
    assertThat(lines).containsExactly("one", "exit");
  }

  @Test
  void aLineOfAFileMayFailWhereThatIsExpected() throws Exception {
    assertThat(run("fail 4\n# why\n\nexpect says   fail\nexpect exit 4\ntwo\n", "a")).isZero();
    assertThat(lines).containsExactly("fail 4", "two");
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(run("fail 4\nexpect says fail\ntwo\n", "a")).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "expect exit 3 | exit code 3 is expected, and it was 4 of 'fail 4'",
        "expect OK | 'OK' is expected of 'fail 4'",
        "expect not says fail | 'says fail' is not expected of 'fail 4'",
        "expect | what is expected? such as: expect OK, expect not OK, expect exit 4"
      })
  void whatIsNotAsExpectedEndsTheScript(String expectation, String complaint) throws Exception {
    assertThat(run("fail 4\n" + expectation + "\ntwo\n", "a")).isEqualTo(1);
    assertThat(lines).containsExactly("fail 4");
    assertThat(err.toString(UTF_8))
        .isEqualTo("raftctl: a, line 2: " + expectation + ": " + complaint + "\n");
  }

  @Test
  void somethingMustHaveRunBeforeAnExpectation() throws Exception {
    assertThat(run("expect OK\n", "a")).isEqualTo(1);
  }

  /// Nobody knows when the next line comes, or whether one does.
  @Test
  void standardInputIsNotReadAfterAFailure() throws Exception {
    assertThat(run("fail 4\nexpect exit 4\n", "")).isEqualTo(4);
    assertThat(run("one\nexpect says one\nexpect not two\nexpect exit 0\n", "")).isZero();
  }

  @Test
  void bytesThatAreNoTextEndTheScript() throws Exception {
    byte[] bytes = {'o', 'n', 'e', '\n', (byte) 0xff, '\n'};
    int code =
        new ScriptRunner(this::runLine, new PrintStream(err, false, UTF_8), transcript)
            .run(
                new BufferedReader(
                    new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8.newDecoder())),
                "");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString(UTF_8)).startsWith("raftctl: standard input is no text in UTF-8");
  }

  private int run(String script, String name) throws IOException {
    return new ScriptRunner(this::runLine, new PrintStream(err, false, UTF_8), transcript)
        .run(new BufferedReader(new StringReader(script)), name);
  }

  private Result runLine(String line) {
    lines.add(line);
    out.println("says " + line);
    String[] words = line.strip().split(" ", -1);
    return new Result(
        words[0].equals("fail") ? Integer.parseInt(words[1]) : 0, words[0].equals("exit"));
  }
}
