package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cli.Shell.Run;
import io.raftctl.cli.terminal.ExitCode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
  private static final String GOOD =
      """
      {"client":1,"f":"put","key":"x","in":"1","call":0,"return":10}
      {"client":2,"f":"get","key":"x","out":"1","call":20,"return":30}
      """;
  private static final String BAD =
      GOOD
          + """
          {"client":1,"f":"get","key":"x","out":null,"call":40,"return":50}
          """;

  @TempDir Path folder;
  private Shell shell;

  @BeforeEach
  void aShell() throws Exception {
    shell = new Shell(InputStream.nullInputStream(), Map.of(), folder);
    Files.writeString(folder.resolve("good.jsonl"), GOOD);
    Files.writeString(folder.resolve("bad.jsonl"), BAD);
  }

  @Test
  void saysThatAHistoryIsLinearizable() {
    Run run = shell.run("check", "good.jsonl");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .startsWith("linearizable: 2 operations of 2 clients on 1 keys, as register, in ");
    assertThat(run.err()).isEmpty();
    assertThat(folder.resolve("good.jsonl.html")).doesNotExist();
  }

  @Test
  void showsWhyOneIsNot() {
    Run run = shell.run("check", "bad.jsonl");
    assertThat(run.code()).isEqualTo(ExitCode.NEGATIVE);
    assertThat(run.out())
        .contains(
            "no order of the first 3 operations on key x explains what client 1 was told at 0.000"
                + " ms: get x -> nil")
        .contains("drawn in ");
    assertThat(run.err()).isEmpty();
    assertThat(folder.resolve("bad.jsonl.html")).content().contains("get x -> nil");
  }

  @Test
  void tellsAScriptTheSame() {
    Run run = shell.run("check", "-o", "json", "--html", "page.html", "bad.jsonl");
    assertThat(run.json().getString("verdict")).isEqualTo("not linearizable");
    assertThat(run.json().getArray("prefix")).hasSize(3);
    assertThat(run.json().getObject("unexplained").getString("operation"))
        .isEqualTo("get x -> nil");
    assertThat(folder.resolve("page.html")).exists();
    assertThat(shell.run("check", "-o", "json", "good.jsonl").json().getString("verdict"))
        .isEqualTo("linearizable");
  }

  @Test
  void refusesWhatItCannotJudge() throws Exception {
    Files.writeString(folder.resolve("torn.jsonl"), GOOD + "{\"client\":1,\"f\"");
    Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});
    Files.writeString(
        folder.resolve("mixed.jsonl"),
        GOOD + "{\"client\":1,\"f\":\"lock\",\"call\":1,\"return\":2}\n");
    assertRefused(ExitCode.FAILED, "torn.jsonl: line 3: not a JSON object", "torn.jsonl");
    assertRefused(ExitCode.FAILED, "binary is no text in UTF-8", "binary");
    assertRefused(ExitCode.FAILED, "no one model knows all of", "mixed.jsonl");
    assertRefused(ExitCode.FAILED, "there is no file nowhere", "nowhere");
    assertRefused(ExitCode.USAGE, "there is no model stack", "--model", "stack", "good.jsonl");
    assertRefused(ExitCode.USAGE, "the model lock knows no get", "--model", "lock", "good.jsonl");
    assertRefused(ExitCode.USAGE, "there is no format xml", "--format", "xml", "good.jsonl");
    assertRefused(ExitCode.FAILED, "cannot write ", "--html", "no/such/folder.html", "bad.jsonl");
  }

  private void assertRefused(ExitCode code, String message, String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "check";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    Run run = shell.run(words);
    assertThat(run.err()).startsWith("raftctl: " + message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(code);
  }
}
