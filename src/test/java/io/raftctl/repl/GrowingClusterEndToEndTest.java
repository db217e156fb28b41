package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.ClusterDescription;
import io.raftctl.cluster.NodeDescription;
import io.raftctl.testing.Await;
import io.raftctl.testing.ProcessRun;
import io.raftctl.testing.UsesClusterPorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Local clusters whose members change, by real processes: what stands in their books stays true.
@Timeout(240)
@UsesClusterPorts
class GrowingClusterEndToEndTest {
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

  private List<String> nodes(String cluster) throws Exception {
    return raftctl.description(cluster).nodes().stream().map(NodeDescription::id).toList();
  }

  @Test
  void growsShrinksAndGoesOnWithTheMembersThatItHas() throws Exception {
    ProcessRun story =
        raftctl.script(
            """
            put k v
            add-node
            add-node 7
            remove-node 2 3
            wait leader
            wait converged
            kill 7
            wait leader
            get k
            start 7
            wait converged
            """,
            "local-cluster");
    assertThat(story.err()).isEmpty();
    assertThat(story.exit()).isZero();
    List<String> lines = story.out().lines().toList();
    String second = raftctl.description("local").founders().split("[=,]")[3];
    int base = Integer.parseInt(second.substring(second.lastIndexOf(':') + 1)) - 1;
    assertThat(lines)
        .startsWith(
            "OK", "added 4 at 127.0.0.1:" + (base + 3), "added 7 at 127.0.0.1:" + (base + 6))
        .contains("removed 2", "removed 3", "killed 7", "v", "started 7");
    List<String> left = nodes("local");
    assertThat(left).containsExactly("1", "4", "7");
    assertThat(raftctl.description("local").nodes()).noneMatch(NodeDescription::running);
    assertThat(raftctl.directory("local").resolve("node-2")).as("its data stay").isDirectory();

    ProcessRun later =
        raftctl.script("wait converged\nget k\nstatus\nadd-node 2\n", "local-cluster");
    assertThat(later.exit()).isEqualTo(5);
    assertThat(later.err())
        .hasLineCount(2)
        .contains("node 2 was removed, and an id is not used again");
    assertThat(later.out()).contains("\nv\n");
    assertThat(shown(later.out())).isEqualTo(left);
    assertThat(nodes("local")).isEqualTo(left);

    ProcessRun again = raftctl.script("add-node\nstatus\n", "local-cluster", "-n", "3");
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).startsWith("added 8 at ");
    assertThat(shown(again.out())).hasSize(4).contains("8");
    assertThat(raftctl.run("local-cluster", "ls").out()).contains("0/4");
    assertThat(raftctl.run("local-cluster", "rm", "local").exit()).isZero();
    assertThat(raftctl.directory("local")).doesNotExist();
  }

  /// The ids in the table of `status`, in the order of the book.
  private static List<String> shown(String status) {
    return status
        .lines()
        .dropWhile(line -> !line.startsWith("ID "))
        .skip(1)
        .map(line -> line.split(" ")[0])
        .toList();
  }

  @Test
  void whatCannotBeAddedChangesNothing() throws Exception {
    ProcessRun there = raftctl.script("add-node 3", "local-cluster");
    assertThat(there.exit()).isEqualTo(1);
    assertThat(there.err()).hasLineCount(2).contains("node 3 is there already");
    ProcessRun odd = raftctl.script("add-node one", "local-cluster");
    assertThat(odd.exit()).isEqualTo(2);
    assertThat(odd.err()).hasLineCount(2).contains("'one' is no id of a node here");
    ProcessRun lost = raftctl.script("kill 1 2\nadd-node\n", "local-cluster");
    assertThat(lost.exit()).isEqualTo(3);
    assertThat(lost.err()).hasLineCount(2).contains("there is no leader", "try: wait leader");
    ProcessRun all = raftctl.script("remove-node all", "local-cluster");
    assertThat(all.exit()).isEqualTo(5);
    assertThat(all.err()).hasLineCount(2).contains("nobody would be left to vote");
    assertThat(nodes("local")).containsExactly("1", "2", "3");
    assertThat(raftctl.directory("local").resolve("node-4")).doesNotExist();
    assertThat(raftctl.script("wait converged", "local-cluster").exit()).isZero();
  }

  @Test
  void aNewcomerThatDiesIsTakenBack() throws Exception {
    try (Conversation script = Conversation.onPipes(raftctl, "local-cluster")) {
      script.type("wait leader\nadd-node\n");
      Await.until("the newcomer runs", () -> newcomer() != null && newcomer().running());
      newcomer().process().running().ifPresent(ProcessHandle::destroyForcibly);
      script.expect("node 4 ended at its start");
      assertThat(script.awaitEnd()).isEqualTo(6);
    }
    assertThat(nodes("local")).containsExactly("1", "2", "3");
    assertThat(raftctl.description("local").founders()).isEmpty();
    assertThat(raftctl.directory("local").resolve("node-4")).doesNotExist();
    ProcessRun next = raftctl.script("add-node\nwait converged\n", "local-cluster");
    assertThat(next.err()).isEmpty();
    assertThat(next.out()).startsWith("added ");
  }

  private NodeDescription newcomer() throws Exception {
    return raftctl.description("local").nodes().stream()
        .filter(node -> node.id().equals("4"))
        .findFirst()
        .orElse(null);
  }

  @Test
  void whoIsRemovedByTheCommandIsNoNodeAnyMore() throws Exception {
    ProcessRun story =
        raftctl.script(
            "member remove 3\nwait converged\nkill all\nstart all\nwait leader\nstart 3\n",
            "local-cluster");
    assertThat(story.exit()).isEqualTo(2);
    assertThat(story.err()).hasLineCount(2).contains("no node 3; the nodes are 1, 2");
    assertThat(nodes("local")).containsExactly("1", "2");
    ProcessRun next = raftctl.script("wait converged\n", "local-cluster");
    assertThat(next.err()).isEmpty();
    assertThat(next.exit()).isZero();
  }

  @Test
  void aDetachedClusterIsChangedByWhoeverAttaches() throws Exception {
    assertThat(raftctl.run("local-cluster", "--name", "apart", "--detach").exit()).isZero();
    ProcessRun grown = raftctl.script("add-node", "local-cluster", "attach", "apart");
    assertThat(grown.err()).isEmpty();
    assertThat(grown.out()).startsWith("added 4 at ");
    assertThat(raftctl.run("local-cluster", "ls").out()).contains("4/4");
    Raftctl inside = new Raftctl(raftctl.directory("apart"));
    assertThat(inside.run("member", "remove", "2").exit()).isZero();
    ProcessRun visit = raftctl.script("wait converged", "local-cluster", "attach", "apart");
    assertThat(visit.err()).isEmpty();
    assertThat(nodes("apart")).containsExactly("1", "3", "4");
    assertThat(inside.run("member", "remove", "3").exit()).isZero();
    assertThat(raftctl.run("local-cluster", "stop", "apart").exit()).isZero();
    assertThat(nodes("apart")).containsExactly("1", "4");
    ProcessRun next = raftctl.script("wait converged", "local-cluster", "--name", "apart");
    assertThat(next.err()).isEmpty();
    assertThat(next.exit()).isZero();
  }

  /// The node hears it when it is started, and ends. That must not be the end of the others.
  @Test
  void aStartDropsThoseWhoWereRemovedWhileNobodyKeptTheBook() throws Exception {
    assertThat(raftctl.run("local-cluster", "--name", "apart", "--detach").exit()).isZero();
    // A node whose leader has not met it yet counts for nothing, and 2 is to be missed by nobody.
    raftctl.script("wait converged", "local-cluster", "attach", "apart");
    ClusterDescription book = raftctl.description("apart");
    end(book, "2");
    Raftctl inside = new Raftctl(raftctl.directory("apart"));
    Await.until(
        "node 2 can be removed",
        () -> {
          ProcessRun removal = inside.run("member", "remove", "2");
          assertThat(removal.exit()).as(removal.err()).isIn(0, 3);
          return removal.exit() == 0;
        });
    end(book, "1", "3");
    assertThat(nodes("apart")).as("nobody has told").containsExactly("1", "2", "3");

    ProcessRun next =
        raftctl.script("wait converged\nmember ls\n", "local-cluster", "--name", "apart");
    assertThat(next.err()).isEmpty();
    assertThat(next.exit()).isZero();
    assertThat(next.out()).contains("\n1  ", "\n3  ").doesNotContain("\n2  ");
    assertThat(nodes("apart")).containsExactly("1", "3");
  }

  private static void end(ClusterDescription book, String... ids) {
    for (NodeDescription node : book.nodes()) {
      if (Arrays.asList(ids).contains(node.id())) {
        assertThat(node.process()).isNotNull();
        node.process().running().ifPresent(ProcessHandle::destroyForcibly);
        Await.until("node " + node.id() + " has ended", () -> !node.running());
      }
    }
  }
}
