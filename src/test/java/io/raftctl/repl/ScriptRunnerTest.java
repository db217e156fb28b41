package io.raftctl.repl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.repl.LineRunner.Result;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptRunnerTest {
  private final List<String> lines = new ArrayList<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void runsToTheEnd() throws Exception {
    assertThat(run("one\n\ntwo\n", "")).isZero();
    assertThat(lines).containsExactly("one", "", "two");
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

  private int run(String script, String name) throws IOException {
    return new ScriptRunner(this::runLine, new PrintStream(err, false, UTF_8))
        .run(new BufferedReader(new StringReader(script)), name);
  }

  private Result runLine(String line) {
    lines.add(line);
    String[] words = line.strip().split(" ", -1);
    return new Result(
        words[0].equals("fail") ? Integer.parseInt(words[1]) : 0, words[0].equals("exit"));
  }
}
