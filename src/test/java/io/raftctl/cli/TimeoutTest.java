package io.raftctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.client.ScriptedNode;
import io.raftctl.client.ScriptedNode.Reply;
import io.raftctl.client.ScriptedNode.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// `--timeout` is the time for a command in all, however many questions it takes: a node that is
/// slow with the first and silent to the next one gets no time of its own for each.
class TimeoutTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration SLOW = Duration.ofMillis(1500);
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final String CLUSTER =
      """
      {"cluster":"c","leader":"1","term":3,"nodes":[\
      {"id":"1","address":"127.0.0.1:1","role":"leader","term":3,"reachable":true}]}\
      """;

  @Test
  void toFindANodeAndToReadItsLog() throws IOException {
    assertEndsInTime(answering("/v1/cluster", CLUSTER), "log", "--node", "1");
  }

  @Test
  void toFindAnyNodeAndToReadFromIt() throws IOException {
    String node = "{\"cluster\":\"c\",\"id\":\"1\",\"role\":\"leader\",\"term\":3}";

    assertEndsInTime(answering("/v1/status", node), "get", "k", "--consistency", "stale");
  }

  @Test
  void toHandTheLeadershipOverAndToSeeWhoHasIt() throws IOException {
    Function<Request, Reply> slow = answering("/v1/cluster", CLUSTER);
    assertEndsInTime(
        request ->
            switch (request.target()) {
              case "GET /v1/status" -> ScriptedNode.status("1", "leader", 3, "1");
              case "POST /v1/leader/transfer" -> new Reply.Json(200, "{\"target\":\"2\"}");
              default -> slow.apply(request);
            },
        "leader",
        "transfer");
  }

  /// Answers once, slowly, on one route; is silent on all others, and there from then on.
  private static Function<Request, Reply> answering(String route, String body) {
    AtomicInteger asked = new AtomicInteger();
    return request -> {
      if (!request.target().equals("GET " + route) || asked.incrementAndGet() > 1) {
        return new Reply.Silence();
      }
      LockSupport.parkNanos(SLOW.toNanos());
      return new Reply.Json(200, body);
    };
  }

  private static void assertEndsInTime(Function<Request, Reply> script, String... words)
      throws IOException {
    String line = String.join(" ", words) + " --timeout " + TIMEOUT.toMillis() + "ms";
    try (ScriptedNode node = ScriptedNode.start(script)) {
      Shell shell = new Shell(Map.of("RAFTCTL_ENDPOINTS", node.endpoint().toString()));
      long begin = System.nanoTime();

      assertThat(shell.run(line.split(" ")).code()).isEqualTo(ExitCode.UNAVAILABLE);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
    }
  }
}
