package io.raftctl.server.packets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.raftctl.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real nodes on machines of their own, an operator on another one, and packets that are dropped
/// between them.
class PacketBlockEndToEndTest {
  private static final String PEERS = "1=10.213.77.1:8080,2=10.213.77.2:8080,3=10.213.77.3:8080";
  private static final int OPERATOR = 5;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private Namespaces machines;

  @BeforeEach
  void wire() throws Exception {
    String missing = Namespaces.missing();
    assumeTrue(missing.isEmpty(), missing);
    machines = new Namespaces(5);
  }

  @AfterEach
  void unwire() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    if (machines != null) {
      machines.close();
    }
  }

  private Process start(int node) throws IOException {
    return start(node, "--peers", PEERS);
  }

  /// @param seat how it finds the others
  private Process start(int node, String... seat) throws IOException {
    List<String> words =
        new ArrayList<>(
            machines.command(
                node,
                System.getProperty("java.home") + "/bin/java",
                "-jar",
                System.getProperty("raftctl.jar"),
                "node",
                "--id",
                String.valueOf(node),
                "--listen",
                Namespaces.address(node) + ":8080",
                "--http",
                "0.0.0.0:9090",
                "--data-dir",
                folder.resolve("data" + node).toString(),
                "--faults",
                "--packets"));
    words.addAll(List.of(seat));
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log" + node).toFile())
            .start();
    processes.add(process);
    return process;
  }

  /// What an operator's request to a node's HTTP port is answered, over real packets.
  private String ask(int node, String path) throws Exception {
    return ask(node, 9090, path);
  }

  private String ask(int node, int port, String path) throws Exception {
    return exchange(node, port, "GET " + path + " HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n");
  }

  /// Has the leadership handed over by whoever has it, and waits until it is.
  private void transfer(int target, int... among) {
    String body = "{\"target\": \"%d\"}".formatted(target);
    String head = "POST /v1/leader/transfer HTTP/1.1\\r\\nConnection: close\\r\\nContent-Length: ";
    Await.until(
        "node " + target + " takes over",
        () -> {
          exchange(leader(among), 8080, head + body.length() + "\\r\\n\\r\\n" + body);
          return leads(target);
        });
  }

  private String exchange(int node, int port, String request) throws Exception {
    String script =
        "exec 3<>/dev/tcp/%s/%d; printf '%s' >&3; cat <&3"
            .formatted(Namespaces.address(node), port, request);
    return machines.run(OPERATOR, "timeout", "5", "bash", "-c", script).out();
  }

  private int leader(int... among) throws Exception {
    for (int node : among) {
      if (leads(node)) {
        return node;
      }
    }
    throw new IOException("no leader yet");
  }

  private int awaitLeader() {
    AtomicInteger found = new AtomicInteger();
    Await.until(
        "there is a leader",
        () -> {
          found.set(leader(1, 2, 3));
          return true;
        });
    return found.get();
  }

  private boolean leads(int node) throws Exception {
    return ask(node, "/status").contains("\"role\":\"leader\"");
  }

  private String rules(int node) throws Exception {
    return machines.run(node, "nft", "list", "ruleset").out();
  }

  @Test
  void aBlockedLeaderIsReplacedStaysReachableAndComesBack() throws Exception {
    for (int node = 1; node <= 3; node++) {
      start(node);
    }
    int old = awaitLeader();
    int a = old == 1 ? 2 : 1;
    int b = old == 3 ? 2 : 3;

    assertThat(ask(old, "/block")).startsWith("HTTP/1.1 204");
    Await.until("the others elect a leader of their own", () -> leader(a, b) > 0);
    assertThat(ask(old, "/status")).contains("\"blocked\":true");
    assertThat(machines.reaches(a, old, 8080)).isFalse();
    assertThat(machines.reaches(old, a, 8080)).isFalse();
    assertThat(machines.reaches(OPERATOR, old, 8080)).as("clients reach it").isTrue();

    assertThat(ask(old, "/unblock")).startsWith("HTTP/1.1 204");
    Await.until(
        "it follows", () -> ask(old, "/status").contains("\"leader\":\"" + leader(a, b) + "\""));
    assertThat(rules(old)).doesNotContain("raftctl");
  }

  @Test
  void aRestartHealsWhatAKilledNodeLeftBehind() throws Exception {
    start(1);
    start(2);
    Process killed = start(3);
    Await.until("there is a leader", () -> leader(1, 2, 3) > 0);
    assertThat(ask(3, "/block")).startsWith("HTTP/1.1 204");
    killed.destroyForcibly().waitFor();
    assertThat(rules(3)).contains("raftctl_3_");

    Process again = start(3);
    Await.until("it is back", () -> ask(3, "/readyz").startsWith("HTTP/1.1 200"));
    assertThat(rules(3)).doesNotContain("raftctl");
    assertThat(Files.readString(folder.resolve("log3"))).doesNotContain("packets");

    assertThat(ask(3, "/block")).startsWith("HTTP/1.1 204");
    again.destroy();
    assertThat(again.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(rules(3)).doesNotContain("raftctl");
  }

  /// As in containers: a node that is stopped has no name.
  @Test
  void aPeerThatNobodyFindsMakesNoBlockFailAndIsCutOffOnceItIsThere() throws Exception {
    String two = "10.213.77.1 node1\n10.213.77.2 node2\n";
    String three = two + "10.213.77.3 node3\n";
    String[] seat = {"--peers", "1=node1:8080,2=node2:8080,3=node3:8080"};
    for (int node = 1; node <= 3; node++) {
      machines.hosts(node, three);
      start(node, seat);
    }
    Await.until("there is a leader", () -> leader(1, 2, 3) > 0);
    transfer(3, 1, 2, 3); // So that all know it, and can do without another one.
    processes.get(2).destroyForcibly().waitFor();
    machines.hosts(1, two);
    Await.until("there is another leader", () -> leader(1, 2) > 0);
    Await.until("it is cut off when the name is forgotten", () -> blockedWithout3());
    String term = term(1);
    assertThat(Files.readString(folder.resolve("log1")))
        .contains("packets of node 3 are not dropped yet: the name node3 is not known");
    start(3, seat);
    Await.until("those two elect a leader", () -> leader(2, 3) > 0);
    assertThat(machines.reaches(2, 1, 8080)).isFalse();
    assertThat(machines.reaches(3, 1, 8080)).as("nobody has found it yet").isTrue();
    assertThat(term(1)).as("no message reached it all the same").isEqualTo(term);

    machines.hosts(1, three);
    Await.until("it is found", () -> !ask(1, "/status").contains("undropped"));
    assertThat(machines.reaches(3, 1, 8080)).isFalse();
    assertThat(machines.reaches(1, 3, 8080)).isFalse();
    assertThat(ask(1, "/unblock")).startsWith("HTTP/1.1 204");
    Await.until("it follows", () -> term(1).equals(term(2)));
  }

  /// Names are remembered for a second; until then packets are dropped by the old address.
  private boolean blockedWithout3() throws Exception {
    assertThat(ask(1, "/block")).startsWith("HTTP/1.1 204");
    String status = ask(1, "/status");
    assertThat(status).contains("\"blocked\":true");
    if (status.contains("\"undropped\":[\"3\"]")) {
      return true;
    }
    assertThat(ask(1, "/unblock")).startsWith("HTTP/1.1 204");
    return false;
  }

  private String term(int node) throws Exception {
    return ask(node, "/status").replaceFirst("(?s).*\"term\":([0-9]+).*", "$1");
  }

  /// The blocked node hears nothing of the change; it hears of who comes to talk to it.
  @Test
  void aMemberThatComesWhileABlockStandsIsCutOffToo() throws Exception {
    for (int node = 1; node <= 3; node++) {
      start(node);
    }
    int other = awaitLeader();
    int leader = other == 3 ? 2 : 3;
    int blocked = 6 - other - leader;
    transfer(leader, 1, 2, 3); // So that these two know each other, and can do without the third.
    assertThat(ask(blocked, "/block")).startsWith("HTTP/1.1 204");
    String term = term(blocked);

    start(4, "--join", Namespaces.address(leader) + ":8080");
    Await.until("it votes", () -> ask(4, "/status").contains("\"role\":\"follower\""));
    assertThat(machines.reaches(4, blocked, 8080)).as("a stranger so far").isTrue();
    transfer(4, leader, other, 4);
    Await.until("the newcomer is cut off", () -> !machines.reaches(4, blocked, 8080));
    assertThat(term(blocked)).as("no message has reached it").isEqualTo(term);

    assertThat(ask(blocked, "/unblock")).startsWith("HTTP/1.1 204");
    Await.until("it follows", () -> term(blocked).equals(term(4)));
    assertThat(rules(blocked)).doesNotContain("raftctl");
  }

  @Test
  void aNodeThatJoinedIsCutOffAndCutsOff() throws Exception {
    start(1, "--peers", peer(1));
    Await.until("there is a leader", () -> leader(1) > 0);
    start(2, "--join", Namespaces.address(1) + ":8080");
    Await.until(
        "its own log says that it belongs to the cluster",
        () ->
            ask(2, 8080, "/v1/members").contains("\"id\":\"2\",\"address\":\"10.213.77.2:8080\""));

    assertThat(ask(2, "/block")).startsWith("HTTP/1.1 204");
    assertThat(machines.reaches(2, 1, 8080)).isFalse();
    assertThat(ask(2, "/unblock")).startsWith("HTTP/1.1 204");
    assertThat(machines.reaches(2, 1, 8080)).isTrue();

    assertThat(ask(1, "/block")).startsWith("HTTP/1.1 204");
    assertThat(machines.reaches(1, 2, 8080)).isFalse();
    assertThat(machines.reaches(OPERATOR, 1, 8080)).as("clients reach it").isTrue();
  }

  private static String peer(int node) {
    return node + "=" + Namespaces.address(node) + ":8080";
  }
}
