package io.raftctl.repl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.ClusterDirectory;
import io.raftctl.cluster.ClusterPlan;
import io.raftctl.cluster.ClusterRegistry;
import io.raftctl.cluster.LocalCluster;
import io.raftctl.cluster.ShellNode;
import io.raftctl.repl.LineRunner.Result;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineRunnerTest {
  @TempDir private Path folder;
  private final RecordedCommandLine commandLine = new RecordedCommandLine();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private LocalCluster cluster;
  private LineRunner runner;

  @BeforeEach
  void start() throws Exception {
    ClusterPlan plan =
        new ClusterPlan(
            "lines",
            ClusterDirectory.of(folder.resolve("lines")),
            OptionalInt.of(3),
            OptionalInt.empty(),
            false,
            false);
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    cluster = LocalCluster.start(plan, registry, ShellNode.wellBehaved());
    runner = new LineRunner(cluster, commandLine, new PrintStream(out, false, UTF_8));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void handsCommandsToTheCommandLine() {
    assertThat(runner.run("submit put k 'a b'")).isEqualTo(new Result(0, false));
    assertThat(commandLine.runs).containsExactly("submit put k a b");
    commandLine.exitCode = 4;
    assertThat(runner.run("get k").exitCode()).isEqualTo(4);
  }

  @Test
  void skipsEmptyLinesAndComments() {
    assertThat(runner.run("  ")).isEqualTo(new Result(0, false));
    assertThat(runner.run("# kill all")).isEqualTo(new Result(0, false));
    assertThat(commandLine.runs).isEmpty();
  }

  @Test
  void namesTheNearestVerb() {
    assertThat(runner.run("stauts").exitCode()).isNotZero();
    assertThat(commandLine.reports).containsExactly("no command 'stauts'; did you mean 'status'?");
  }

  @Test
  void saysThatThereIsNoLeaderToSelect() {
    runner.run("kill leader");
    assertThat(commandLine.reports).containsExactly("there is no leader; try: wait leader");
  }

  @Test
  void killsAndStartsNodes() {
    runner.run("kill 2 3");
    runner.run("start all");
    runner.run("pause 1");
    runner.run("resume 1");
    assertThat(out.toString(UTF_8).lines())
        .containsExactly("killed 2", "killed 3", "started 2", "started 3", "paused 1", "resumed 1");
  }

  @Test
  void refusesWhatANodeIsNotInAStateFor() {
    runner.run("start 1");
    runner.run("kill 9");
    runner.run("kill");
    runner.run("wait");
    runner.run("wait leader soon");
    assertThat(commandLine.reports)
        .containsExactly(
            "node 1 runs already; ",
            "no node 9; the nodes are 1, 2, 3",
            "usage: kill NODE…; NODE is an id, leader, follower or all",
            "usage: wait leader|leads NODE|converged [TIME]; NODE is an id, leader, follower or"
                + " all",
            "'soon' is not a time; such as 500ms, 5s or 2m");
  }

  @Test
  void waitsNoLongerThanAsked() {
    assertThat(runner.run("wait leader 50ms").exitCode()).isNotZero();
    assertThat(commandLine.reports)
        .containsExactly("no leader within 50ms; no majority of the nodes runs and is connected");
  }

  @Test
  void changesNoMembersWithoutALeader() {
    runner.run("add-node");
    runner.run("add-node 1 2");
    runner.run("remove-node");
    runner.run("remove-node 9");
    assertThat(commandLine.reports)
        .containsExactly(
            "there is no leader, and only a leader changes the members; try: wait leader",
            "usage: add-node [ID]; NODE is an id, leader, follower or all",
            "usage: remove-node NODE…; NODE is an id, leader, follower or all",
            "no node 9; the nodes are 1, 2, 3");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void listsEverythingInItsHelp() {
    runner.run("help");
    assertThat(out.toString(UTF_8))
        .contains("kill NODE…", "add-node [ID]", "submit …", "What status does", "exit");
    runner.run("help get");
    assertThat(commandLine.runs).containsExactly("get --help");
  }

  @Test
  void endsWithExit() {
    assertThat(runner.run("exit")).isEqualTo(new Result(0, true));
    assertThat(runner.run(" quit # now").ends()).isTrue();
  }
}
