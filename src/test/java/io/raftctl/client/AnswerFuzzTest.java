package io.raftctl.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.client.wire.Endpoint;
import io.raftctl.client.wire.Exchange;
import io.raftctl.client.wire.Json;
import io.raftctl.fuzz.Inputs;
import io.raftctl.fuzz.Mutation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever answers in place of a node: the client has an answer of the right shape, or a problem
/// to tell.
@Timeout(86_400)
class AnswerFuzzTest {
  private static final Endpoint HERE = new Endpoint("127.0.0.1", 8080);

  private static final List<String> ANSWERS =
      List.of(
          """
          {"cluster":"demo","leader":"1","term":2,"nodes":[{"id":"1","address":"127.0.0.1:7001",
          "role":"leader","term":2,"commitIndex":1,"appliedIndex":1,"lastIndex":1,"firstIndex":1,
          "snapshotIndex":0,"lag":0,"blocked":false,"undropped":["2"],"reachable":true},
          {"id":"2","awaitedTerms":["1"],"damage":"entry 3 is lost","diskFull":true}]}\
          """,
          """
          {"id":"1","role":"follower","term":3,"address":"127.0.0.1:7001","program":"hangs"}\
          """,
          """
          {"cluster":"demo","members":[{"id":"1","address":"127.0.0.1:7001","role":"voter"}],
          "removed":["2"]}\
          """,
          """
          {"ok":true,"reply":"v","index":5,"term":2,"commitIndex":7,"leaderSilentMillis":12}\
          """,
          """
          {"blocked":true,"blockedLinks":["1>2"],"undropped":[]}\
          """,
          """
          {"index":5,"term":2,"kind":"command","requestId":"00c0ffee00c0ffee-1","command":"x"}\
          """,
          """
          {"code":"not-leader","message":"node 2 leads","hint":"ask 127.0.0.1:1",
          "leader":"2","leaderAddress":"127.0.0.1:1"}\
          """);

  private static final List<Function<byte[], Object>> PARSERS =
      List.of(
          answer -> ClusterView.of(Json.object(answer)),
          answer -> HttpNodeClient.nodeOf(Json.object(answer)),
          answer -> Members.of(Json.object(answer)),
          answer -> StaleReply.of(Json.object(answer)),
          answer -> Faults.of(Json.object(answer)),
          answer -> LogEntry.of(Json.object(answer)));

  @Test
  void anAnswerIsUnderstoodOrAProblem() throws Exception {
    new Inputs(getClass(), 0.05, 5_000, 16 << 20).each(AnswerFuzzTest::attempt);
  }

  private static void attempt(RandomGenerator random) {
    byte[] body = ANSWERS.get(random.nextInt(ANSWERS.size())).getBytes(StandardCharsets.ISO_8859_1);
    for (int i = random.nextInt(4); i > 0; i--) {
      body = Mutation.of(body, random);
    }
    int status = random.nextBoolean() ? 200 : 100 + random.nextInt(500);
    for (Function<byte[], Object> parser : PARSERS) {
      Answer<Object> answer =
          HttpNodeClient.answer(HERE, new Exchange.Result.Answered(status, body), parser);
      if (answer instanceof Answer.Missing<Object>(Problem problem)) {
        assertThat(problem.message()).isNotBlank();
      }
      if (answer instanceof Answer.Given<Object>(ClusterView view)) {
        var _ = NodeSelector.select(view, List.of("leader", "follower", "all", "1"));
        view.nodes().forEach(node -> assertThat(node.endpoint()).isNotNull());
      }
    }
  }
}
