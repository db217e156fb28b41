package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cli.Shell.Run;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which cluster is tortured must be said, and what cannot be done to it is refused.
class TortureCommandTest {
  @TempDir private Path folder;

  private Run torture(Map<String, String> env, String arguments) {
    Shell shell = new Shell(InputStream.nullInputStream(), env, folder);
    return shell.run(("torture " + arguments).strip().split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-e a:1 --cluster demo | --cluster and -e exclude each other",
        "-e a:1 -n 3 | --nodes is for a cluster of its own, and -e names one that runs",
        "--cluster demo -n 3 | --nodes is for a cluster of its own, and --cluster names one",
        "--operators a:1 | --operators is for a cluster that -e names",
        "-e a | 'a' is not HOST:PORT",
        "-e a:1 --operators b | 'b' is not HOST:PORT",
        "-e a:1 --nemesis kill | kill cannot be done to the nodes of -e",
        "-e a:1 --nemesis partition,disk | disk cannot be done to the nodes of -e",
      })
  void whatMakesNoSenseIsRefused(String arguments, String message) {
    Run run = torture(Map.of(), arguments);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).contains(message);
  }

  @Test
  void aClusterThatIsNotThereIsUnavailable() throws Exception {
    ScriptedNode gone = ScriptedNode.start(_ -> new Reply.Close());
    gone.close();
    Run run = torture(Map.of(), "-e " + gone.endpoint() + " --rounds 1");
    assertThat(run.code()).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1);
  }

  /// A variable that is set for other commands is no wish to have that cluster broken.
  @Test
  void theVariableOfOtherCommandsNamesNoClusterToBreak() throws Exception {
    try (ScriptedNode node = ScriptedNode.start(_ -> new Reply.Close())) {
      Map<String, String> env =
          Map.of(
              "RAFTCTL_ENDPOINTS", node.endpoint().toString(), "XDG_STATE_HOME", folder.toString());
      Run run = torture(env, "-n 10");
      assertThat(run.code()).isEqualTo(ExitCode.USAGE);
      assertThat(node.requests()).isEmpty();
    }
  }
}
