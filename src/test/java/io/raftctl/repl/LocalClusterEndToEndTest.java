package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scripts over real clusters: real processes, sockets and disks.
@UsesClusterPorts
class LocalClusterEndToEndTest {
  @TempDir private Path folder;
  private Raftctl raftctl;

  @BeforeEach
  void install() {
    raftctl = new Raftctl(folder);
  }

  @AfterEach
  void endWhatIsLeft() throws Exception {
    if (Files.exists(folder.resolve("raftctl-data/apart"))) {
      raftctl.run("local-cluster", "stop", "apart");
    }
  }

  @Test
  void survivesItsLeaderAndAllOfItsNodesAndTheNextStart() throws Exception {
    ProcessRun story =
        raftctl.script(
            """
            # What is acknowledged stays.
            put greeting 'hello world'
            kill leader
            wait leader
            get greeting
            start all
            wait converged
            kill all
            start all
            wait leader
            get greeting
            exit
            """,
            "local-cluster");
    assertThat(story.err()).isEmpty();
    assertThat(story.exit()).isZero();
    assertThat(story.out().lines().filter("hello world"::equals)).hasSize(2);
    assertThat(story.out()).contains("killed ", "started ", "converged at index ");
    assertThat(raftctl.description("local").nodes()).noneMatch(NodeDescription::running);

    ProcessRun later = raftctl.script("get greeting", "local-cluster");
    assertThat(later).isEqualTo(new ProcessRun(0, "hello world\n", ""));
  }

  /// A shell in which somebody has just started a node of his own.
  @Test
  void whatTheEnvironmentSaysOfANodeIsNotMeantForTheNodesOfACluster() throws Exception {
    ProcessRun run =
        raftctl
            .order("local-cluster", "-n", "2", "--ephemeral")
            .with("RAFTCTL_ID", "7")
            .with("RAFTCTL_PEERS", "7=127.0.0.1:1,8=127.0.0.1:2")
            .with("RAFTCTL_JOIN", "127.0.0.1:1")
            .with("RAFTCTL_LISTEN", "127.0.0.1:1")
            .with("RAFTCTL_HTTP", "127.0.0.1:2")
            .with("RAFTCTL_DATA_DIR", "/nonexistent")
            .with("RAFTCTL_READY_FILE", "/nonexistent/file")
            .with("RAFTCTL_CLUSTER", "theirs")
            .with("RAFTCTL_FAULTS", "no")
            .reading("put k v\n")
            .run();

    assertThat(run).isEqualTo(new ProcessRun(0, "OK\n", ""));
  }

  @Test
  void aScriptStopsAtItsFirstFailureWithItsExitCode() throws Exception {
    Path script = folder.resolve("a.script");
    Files.writeString(script, "put k 1\n\n# comment\nget missing\nput k 2\n");
    ProcessRun failing =
        raftctl.run("local-cluster", "-n", "1", "--ephemeral", "--script", "a.script");
    assertThat(failing.exit()).isEqualTo(1);
    assertThat(failing.err()).hasLineCount(2).contains("a.script, line 4", "get missing");

    ProcessRun misspelt = raftctl.script("stauts\n", "local-cluster", "-n", "1", "--ephemeral");
    assertThat(misspelt.exit()).isEqualTo(2);
    assertThat(misspelt.err()).contains("did you mean 'status'?", "line 1 ");
    assertThat(folder.resolve("raftctl-data")).doesNotExist();
  }

  @Test
  void aLeaderCutOffFromTheMajorityIsReplacedAndComesBack() throws Exception {
    ProcessRun story =
        raftctl.script(
            """
            partition leader
            wait leader
            put side majority
            heal
            wait converged
            status
            pause leader
            wait leader
            get side
            resume all
            wait converged
            """,
            "local-cluster",
            "--ephemeral");
    assertThat(story.err()).isEmpty();
    assertThat(story.exit()).isZero();
    assertThat(story.out()).contains("partitioned ", "healed", "\nmajority\n", "resumed ");
  }

  @Test
  void aParentKilledWithoutWarningLeavesNoProcessBehind() throws Exception {
    ClusterDescription running;
    try (Conversation parent = Conversation.onPipes(raftctl, "local-cluster")) {
      parent.type("pause follower\n");
      parent.expect("paused ");
      running = raftctl.description("local");
      assertThat(running.nodes()).allMatch(NodeDescription::running);
      parent.process().destroyForcibly();
      Raftctl.awaitNoProcess(running);
    }
    ProcessRun next = raftctl.script("wait converged", "local-cluster");
    assertThat(next.err()).isEmpty();
    assertThat(next.exit()).isZero();
  }

  @Test
  void twoClustersRunAtOnceAndTwoOfOneNameDoNot() throws Exception {
    try (Conversation one = Conversation.onPipes(raftctl, "local-cluster", "-n", "1")) {
      one.type("wait leader\n");
      one.expect("leader 1 term");
      ProcessRun same = raftctl.script("status", "local-cluster");
      assertThat(same.exit()).isEqualTo(2);
      assertThat(same.err()).hasLineCount(1).contains("the cluster local runs already in");
      ProcessRun other = raftctl.script("put k v", "local-cluster", "-n1", "--name", "other");
      assertThat(other.exit()).isZero();
      ProcessRun list = raftctl.run("local-cluster", "ls");
      assertThat(list.out().lines().skip(1).map(line -> line.split(" +", -1)[1]))
          .isEqualTo(List.of("running", "stopped"));
      // Whoever stands in the directory of a cluster that runs needs to say nothing more.
      Raftctl inside = new Raftctl(raftctl.directory("local"));
      assertThat(inside.run("get", "k").exit()).isEqualTo(1);
      one.type("exit\n");
      assertThat(one.awaitEnd()).isZero();
    }
  }

  @Test
  void aDetachedClusterWithoutALeaderIsMendedByAScript() throws Exception {
    assertThat(raftctl.run("local-cluster", "--name", "apart", "--detach").exit()).isZero();
    ProcessRun broken = raftctl.script("kill 1 2", "local-cluster", "attach", "apart");
    assertThat(broken).isEqualTo(new ProcessRun(0, "killed 1\nkilled 2\n", ""));

    ProcessRun mended =
        raftctl.script("start all\nwait leader\nput k v\n", "local-cluster", "attach", "apart");
    assertThat(mended.err()).isEmpty();
    assertThat(mended.exit()).isZero();
    assertThat(mended.out()).startsWith("started 1\nstarted 2\nleader ").endsWith("\nOK\n");
  }

  @Test
  void aDetachedClusterIsListedAttachedStoppedAndRemoved() throws Exception {
    ProcessRun start = raftctl.run("local-cluster", "--name", "apart", "--detach");
    assertThat(start.err()).isEmpty();
    assertThat(start.out()).contains(raftctl.directory("apart").toString());
    ClusterDescription running = raftctl.description("apart");
    assertThat(running.nodes()).hasSize(3).allMatch(NodeDescription::running);

    assertThat(raftctl.run("local-cluster", "ls", "-o", "json").out())
        .contains("\"state\":\"detached\"");
    ProcessRun visit =
        raftctl.script("put k v\nkill leader\nwait leader\nget k", "local-cluster", "attach");
    assertThat(visit.err()).isEmpty();
    assertThat(visit.out()).endsWith("\nv\n");
    ProcessRun refused = raftctl.run("local-cluster", "rm", "apart");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(raftctl.description("apart").nodes())
        .filteredOn(NodeDescription::running)
        .hasSize(2);

    assertThat(raftctl.run("local-cluster", "stop"))
        .isEqualTo(new ProcessRun(0, "stopped apart\n", ""));
    Raftctl.awaitNoProcess(running);
    assertThat(raftctl.run("local-cluster", "stop", "apart").exit()).isEqualTo(1);
    assertThat(raftctl.run("local-cluster", "rm", "apart").exit()).isZero();
    assertThat(raftctl.directory("apart")).doesNotExist();
    assertThat(raftctl.run("local-cluster", "ls", "-o", "json").out())
        .isEqualTo("{\"clusters\":[]}\n");
  }
}
