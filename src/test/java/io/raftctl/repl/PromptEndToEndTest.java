package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A person at a real pseudo-terminal.
@UsesClusterPorts
class PromptEndToEndTest {
  private static final String CTRL_C = "\u0003";
  private static final String CTRL_D = "\u0004";

  // Only what differs is drawn anew when the leader changes, so no more of a prompt is sure to
  // come.
  private static final String PROMPT_END = "> ";

  @TempDir private Path folder;
  private Raftctl raftctl;

  @BeforeEach
  void install() {
    raftctl = new Raftctl(folder);
  }

  @Test
  void completesTellsWhatHappensAndKeepsItsHistory() throws Exception {
    try (Conversation person =
        Conversation.onTerminal(raftctl, "local-cluster", "--name", "demo")) {
      person.expect("cluster demo, 3 nodes");
      person.expect("raftctl demo ");
      person.expect("leader ");
      person.expect(PROMPT_END);
      person.type("put greeting hello\r");
      person.expect(PROMPT_END);
      person.type("get gre\t\r");
      person.expect("get greeting");
      person.expect("\nhello");
      person.expect(PROMPT_END);
      person.type("put 'two words' there\r");
      person.expect(PROMPT_END);
      person.type("get two\t\r");
      person.expect("\nthere");
      person.expect(PROMPT_END);
      person.type("get \"two w\t\r");
      person.expect("\nthere");
      person.expect(PROMPT_END);
      person.type("half a line");
      person.expect("half a line");
      person.type(CTRL_C);
      person.expect(PROMPT_END);
      person.type("kill lea\t\r");
      person.expect("killed ");
      person.expect("new leader: node ");
      person.expect(PROMPT_END);

      ClusterDescription running = raftctl.description("demo");
      killWithoutTelling(running);
      person.expect(" died (exit code 137)");
      person.expect("quorum lost");
      person.expect("raftctl demo no leader> ");
      person.type("start all\r");
      person.expect("a majority is connected again");
      person.expect(PROMPT_END);
      person.type(CTRL_D);
      assertThat(person.awaitEnd()).isZero();
      Raftctl.awaitNoProcess(running);
      assertThat(person.screen()).doesNotContain("WARNING", "Exception");
    }
    Path history = folder.resolve("state/raftctl/history");
    assertThat(Files.readAllLines(history)).contains("put greeting hello", "get greeting");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
        .isEqualTo("rw-------");
  }

  @Test
  void interruptsACommandAndNotTheCluster() throws Exception {
    try (Conversation person =
        Conversation.onTerminal(raftctl, "local-cluster", "-n", "1", "--ephemeral")) {
      person.expect(PROMPT_END);
      person.type("stop 1\r");
      person.expect("stopped 1");
      person.expect(PROMPT_END);
      person.type("wait leader 10m\r");
      person.expect("wait leader 10m\r"); // Taken, and not only typed.
      person.type(CTRL_C);
      person.expect("interrupted");
      person.type("start 1\r");
      person.expect("started 1");
      person.type("exit\r");
      assertThat(person.awaitEnd()).isZero();
    }
    assertThat(folder.resolve("raftctl-data")).doesNotExist();
  }

  @Test
  void tellsOfMembersThatComeAndGo() throws Exception {
    try (Conversation person = Conversation.onTerminal(raftctl, "local-cluster", "--ephemeral")) {
      person.expect(PROMPT_END);
      person.type("add-n\t\r");
      person.expect("added 4 at ");
      person.expect(PROMPT_END);
      person.type("kill 3 4\r");
      person.expect("quorum lost: no majority of the 4 nodes runs and is connected");
      person.type("start all\r");
      person.expect("a majority is connected again");
      person.expect(PROMPT_END);
      person.type("member remove 4\r");
      person.expect("voter");
      person.expect(PROMPT_END);
      person.type("kill 4\r");
      person.expect("no node 4; the nodes are 1, 2, 3");
      person.type("exit\r");
      assertThat(person.awaitEnd()).isZero();
      assertThat(person.screen()).doesNotContain(" died", "Exception");
    }
  }

  private static void killWithoutTelling(ClusterDescription cluster) {
    NodeDescription victim =
        cluster.nodes().stream().filter(NodeDescription::running).findFirst().orElseThrow();
    assertThat(victim.process()).isNotNull();
    victim.process().running().ifPresent(ProcessHandle::destroyForcibly);
  }
}
