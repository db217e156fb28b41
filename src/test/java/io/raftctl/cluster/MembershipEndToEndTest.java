package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.Endpoints;
import io.raftctl.testing.Await;
import io.raftctl.testing.FreePorts;
import io.raftctl.testing.NodeProcesses;
import io.raftctl.testing.ProcessRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Members that come and go, as real processes: nodes 1 to 3 are the cluster by their settings, all
/// others join it.
@Timeout(300)
class MembershipEndToEndTest {
  private static final int DENIED = 5;

  @TempDir private Path folder;
  private final Map<Integer, Process> processes = new TreeMap<>();
  private List<String> addresses;
  private NodeProcesses nodes;

  @BeforeEach
  void startThree() throws Exception {
    addresses = new ArrayList<>(FreePorts.addresses(8));
    nodes = new NodeProcesses(folder, addresses);
    for (int id = 1; id <= 3; id++) {
      start(id, "--peers=1=%s,2=%s,3=%s".formatted(address(1), address(2), address(3)));
    }
    Await.until("somebody leads", () -> leader() > 0);
  }

  @AfterEach
  void endAll() throws Exception {
    nodes.killAll();
  }

  @Test
  void growsReplacesTheDeadAndLosesItsLeaderUnderLoadWithoutLosingAWrite() throws Exception {
    AcknowledgedWrites writes;
    try (Load load = new Load(Endpoints.parse(String.join(",", addresses), "test"), 8)) {
      join(4);
      join(5);
      awaitMembers("1 voter,2 voter,3 voter,4 voter,5 voter");

      kill(3);
      assertOk("member", "add", "6=" + address(6));
      join(6);
      ProcessRun replaced =
          nodes
              .command("member", "replace", "3", "6=" + address(6), "--timeout", "30s")
              .run(Duration.ofSeconds(60));
      assertThat(replaced.exit()).as(replaced.err()).isZero();
      assertThat(replaced.out()).contains("6 ").doesNotContain("leaving");
      awaitMembers("1 voter,2 voter,4 voter,5 voter,6 voter");

      int leader = awaitLeader();
      assertOk("member", "remove", String.valueOf(leader));
      assertThat(ended(leader)).isEqualTo(DENIED);
      long before = load.acknowledged();
      Await.until("the others go on", () -> load.acknowledged() > before + 10);
      writes = load.stop();
    }
    assertThat(writes.done()).isNotEmpty();
    Set<String> log = new HashSet<>();
    nodes.command("log").run().out().lines().forEach(line -> log.add(line.split("\t")[3]));
    assertThat(writes.lostFrom(log)).isEmpty();
  }

  @Test
  void severalAtOnceAreOneChange() throws Exception {
    assertOk("member", "add", "4=" + address(4), "5=" + address(5));
    join(4);
    join(5);
    assertOk("member", "promote", "4", "5", "--timeout", "30s");
    awaitMembers("1 voter,2 voter,3 voter,4 voter,5 voter");
    List<Integer> followers = new ArrayList<>(List.of(1, 2, 3, 4, 5));
    followers.remove(Integer.valueOf(awaitLeader()));
    assertOk("member", "remove", followers.get(0).toString(), followers.get(1).toString());
    assertThat(ended(followers.get(0))).isEqualTo(DENIED);
    assertThat(ended(followers.get(1))).isEqualTo(DENIED);
    assertOk("put", "k", "v");
  }

  @Test
  void whatWouldLoseTheQuorumIsRefusedWithTheReason() throws Exception {
    int leader = awaitLeader();
    int dead = leader == 3 ? 2 : 3;
    kill(dead); // The leader heard it a moment ago.
    ProcessRun refused = nodes.command("member", "remove", String.valueOf(6 - leader - dead)).run();
    assertThat(refused.exit()).isEqualTo(DENIED);
    assertThat(refused.err()).hasLineCount(1).contains("too few to decide anything");
    assertOk("member", "remove", String.valueOf(dead));
    assertOk("put", "k", "v");
  }

  @Test
  void aRemovedNodeThatComesBackDisturbsNobodyAndEnds() throws Exception {
    int removed = awaitLeader() == 3 ? 2 : 3;
    assertOk("member", "remove", String.valueOf(removed));
    assertThat(ended(removed)).isEqualTo(DENIED);
    String before = nodes.command("status").run().out().lines().findFirst().orElseThrow();

    start(removed, "--peers=1=%s,2=%s,3=%s".formatted(address(1), address(2), address(3)));
    assertThat(ended(removed)).isEqualTo(DENIED);
    assertThat(Files.readString(folder.resolve(removed + ".err")))
        .contains("node " + removed + " was removed, and an id is not used again");
    assertThat(nodes.command("status").run().out()).startsWith(before);

    ProcessRun again = nodes.command("member", "add", removed + "=" + address(removed)).run();
    assertThat(again.exit()).isEqualTo(DENIED);
    assertThat(again.err()).contains("an id is not used again; take a new id");
  }

  /// It has forgotten its votes, and what it had acknowledged with one other is in one copy now.
  @Test
  void aMemberThatLostItsDirectoryIsRefusedAndToldWhatToDo() throws Exception {
    int wiped = awaitLeader(); // It is on record, or it could not lead.
    assertOk("put", "k", "v");
    kill(wiped);
    deleteData(wiped);
    start(wiped, "--peers=1=%s,2=%s,3=%s".formatted(address(1), address(2), address(3)));
    assertThat(ended(wiped)).isEqualTo(DENIED);
    assertThat(Files.readString(folder.resolve(wiped + ".err")))
        .contains("raftctl member remove " + wiped, "new --id and --join");

    Await.until("another one leads", () -> leader() > 0 && leader() != wiped);
    assertOk("member", "remove", String.valueOf(wiped));
    start(4, "--join=" + String.join(",", addresses.subList(0, 3)));
    String wanted =
        IntStream.of(1, 2, 3, 4)
            .filter(id -> id != wiped)
            .mapToObj(id -> id + " voter")
            .collect(Collectors.joining(","));
    awaitMembers(wanted);
    assertThat(nodes.command("get", "k").run().out()).isEqualTo("v\n");
  }

  private void deleteData(int id) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(String.valueOf(id)))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aNodeThatJoinsGoesOnWhereverItWasKilled() throws Exception {
    for (int write = 0; write < 20; write++) {
      assertOk("put", "k" + write, "v");
    }
    for (int killed = 0; killed < 4; killed++) {
      start(4, "--join=" + address(1));
      int stage = killed;
      Await.until(
          "stage " + stage,
          () ->
              switch (stage) {
                case 0 -> true;
                case 1 -> members().contains("4 ");
                case 2 -> members().contains("4 voter");
                default -> status().contains("\n4   " + address(4) + "  follower");
              });
      kill(4);
    }
    join(4);
    awaitMembers("1 voter,2 voter,3 voter,4 voter");
  }

  @Test
  void whoJoinsAnotherClusterIsRefusedAndNeedsAnId() throws Exception {
    start(4, "--join=" + address(1), "--cluster=other");
    assertThat(ended(4)).isEqualTo(DENIED);
    assertThat(Files.readString(folder.resolve("4.err")))
        .contains("this node is of cluster 'raftctl', not of 'other'");
    assertThat(members()).isEqualTo("1 voter,2 voter,3 voter");
    ProcessRun nameless = nodes.command("node", "--join", address(1)).run();
    assertThat(nameless.exit()).isEqualTo(2);
    assertThat(nameless.err()).contains("give --id");
  }

  @Test
  void aMemberThatMovesTellsTheCluster() throws Exception {
    join(4);
    awaitMembers("1 voter,2 voter,3 voter,4 voter");
    move(4, address(7));
    Await.until(
        "it is followed to its new address", () -> status().contains("\n4   " + address(7)));
    Await.until("it follows", () -> status().contains(address(7) + "  follower"));
  }

  /// Neither of the two leads without the other, so the log cannot say where the second one is now;
  /// and who is left alone in the end must be found by whoever joins.
  @Test
  void whereNobodyCanDoWithoutTheMemberThatMovesItIsFound() throws Exception {
    join(4);
    awaitMembers("1 voter,2 voter,3 voter,4 voter");
    assertOk("member", "remove", "2", "3", "--timeout", "30s");
    awaitMembers("1 voter,4 voter");
    move(4, address(7));
    Await.until(
        "it is followed to its new address", () -> status().contains("\n4   " + address(7)));
    assertOk("put", "k", "v", "--timeout", "30s");

    assertOk("member", "remove", "1", "--timeout", "30s");
    awaitMembers("4 voter");
    move(4, address(8));
    start(5, "--join=" + address(4));
    awaitMembers("4 voter,5 voter");
    assertThat(nodes.command("get", "k").run().out()).isEqualTo("v\n");
  }

  private void move(int id, String address) throws Exception {
    kill(id);
    addresses.set(id - 1, address);
    join(id);
  }

  private void join(int id) throws Exception {
    start(id, "--join=" + address(1) + "," + address(2));
  }

  private void start(int id, String... more) throws Exception {
    List<String> options =
        new ArrayList<>(List.of("--id=" + id, "--listen=" + address(id), "--http=127.0.0.1:0"));
    options.add("--data-dir=" + id);
    options.addAll(List.of(more));
    processes.put(id, nodes.start(String.valueOf(id), options.toArray(String[]::new)));
  }

  private void kill(int id) throws Exception {
    processes.get(id).destroyForcibly().waitFor();
  }

  /// The exit code of a node that ends by itself.
  private int ended(int id) throws Exception {
    assertThat(processes.get(id).waitFor(30, TimeUnit.SECONDS)).as("node " + id + " ends").isTrue();
    return processes.get(id).exitValue();
  }

  private int awaitLeader() {
    return Integer.parseInt(nodes.awaitLeader());
  }

  private int leader() throws Exception {
    String[] words = status().split("leader ", 2);
    return words.length < 2 || !words[1].matches("(?s)[0-9],.*")
        ? 0
        : Integer.parseInt(words[1].substring(0, 1));
  }

  private String status() throws Exception {
    return nodes.command("status").run().out();
  }

  private void awaitMembers(String wanted) {
    Await.until("the members are " + wanted, () -> members().equals(wanted));
  }

  /// `1 voter,2 learner`, …
  private String members() throws Exception {
    List<String> members = new ArrayList<>();
    nodes
        .command("member", "ls")
        .run()
        .out()
        .lines()
        .skip(1)
        .forEach(line -> members.add(line.split(" +")[0] + " " + line.split(" +")[2]));
    return String.join(",", members);
  }

  private void assertOk(String... arguments) throws Exception {
    ProcessRun run = nodes.command(arguments).run(Duration.ofSeconds(60));
    assertThat(run.err()).isEmpty();
    assertThat(run.exit()).isZero();
  }

  private String address(int id) {
    return addresses.get(id - 1);
  }
}
