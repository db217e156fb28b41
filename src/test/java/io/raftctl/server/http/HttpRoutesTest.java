package io.raftctl.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.Outcome;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.server.TestServer;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.transport.Address;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The HTTP contract, docs/http.md, as a client sees it.
class HttpRoutesTest {
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    Address nowhere = new Address("127.0.0.1", 1);
    server = new TestServer(TestServer.settings("1", Map.of("2", nowhere)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static JsonObject json(HttpResponse<String> answer) throws Exception {
    return JsonParser.object().from(answer.body());
  }

  @Test
  void aCommandIsAnsweredWithItsPlaceAndReply() throws Exception {
    JsonObject answer =
        json(
            server.post(
                "/v1/submit",
                "{\"command\": \"put k \\u00e9\\n\", \"requestId\": \"00c0ffee00c0ffee-3\"}"));
    assertThat(answer)
        .containsEntry("index", 1)
        .containsEntry("term", 1)
        .containsEntry("requestId", "00c0ffee00c0ffee-3")
        .containsEntry("ok", true)
        .containsEntry("reply", "put k é\n");
  }

  @Test
  void aRequestWithoutAnIdGetsOne() throws Exception {
    String id = json(server.post("/v1/submit", "{\"command\": \"a\"}")).getString("requestId");
    assertThat(RequestId.parse(id)).hasToString(id);
  }

  @Test
  void whatARequestSaysOfItsSessionGoesIntoTheLog() throws Exception {
    String request = "{\"command\": \"a\", \"requestId\": \"00c0ffee00c0ffee-3\"";
    server.post("/v1/submit", request + ", \"since\": 0, \"settledBelow\": 2}");
    server.post("/v1/submit", request + "}");
    RequestId id = new RequestId(0x00c0ffee00c0ffeeL, 3);
    assertThat(server.node.committed(1))
        .extracting(entry -> CommandEnvelope.decode(entry.data()))
        .allMatch(SessionCommand.Once.class::isInstance)
        .extracting(command -> ((SessionCommand.Once) command).stamp())
        .containsExactly(new Stamp(id, 0, 2, 0), Stamp.first(id, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"command\": \"a\", \"since\": 3}",
        "{\"command\": \"a\", \"requestId\": \"00c0ffee00c0ffee-3\", \"settledBelow\": 2}",
        "{\"command\": \"a\", \"requestId\": \"00c0ffee00c0ffee-3\", \"since\": -1}",
        "{\"command\": \"a\", \"requestId\": \"00c0ffee00c0ffee-3\", \"since\": \"1\"}",
        "{\"command\": \"a\", \"requestId\": \"00c0ffee00c0ffee-3\", \"since\": 1,"
            + " \"settledBelow\": 0}",
      })
  void aSessionThatMakesNoSenseIsRefused(String request) throws Exception {
    assertThat(server.post("/v1/submit", request).statusCode()).isEqualTo(400);
    assertThat(server.node.committed(1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"cancelled, 409", "expired, 410"})
  void aRequestThatDoesNotRunSaysWhy(String code, int status) throws Exception {
    Fate fate = code.equals("expired") ? new Fate.Forgotten() : new Fate.Cancelled(new Place(1, 4));
    server.node.answer = new Outcome.Known(new EntryId(1, 9), fate);
    HttpResponse<String> answer =
        server.post("/v1/submit", "{\"command\": \"a\", \"requestId\": \"0000000000000001-1\"}");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer))
        .containsEntry("code", code)
        .containsEntry("requestId", "0000000000000001-1")
        .containsKeys("message", "hint");
  }

  @Test
  void whatBecameOfARequestHasAState() throws Exception {
    assertThat(outcome(new Fate.Applied(new Place(2, 7), Reply.no("other"))))
        .hasToString(
            "{\"requestId\":\"00c0ffee00c0ffee-3\",\"state\":\"applied\",\"index\":7,\"term\":2,"
                + "\"ok\":false,\"reply\":\"other\",\"asOf\":9}\n");
    assertThat(outcome(new Fate.Cancelled(new Place(2, 7))))
        .hasToString(
            "{\"requestId\":\"00c0ffee00c0ffee-3\",\"state\":\"cancelled\",\"index\":7,"
                + "\"term\":2,\"asOf\":9}\n");
    assertThat(outcome(new Fate.NotApplied())).contains("\"state\":\"not-applied\"");
    assertThat(outcome(new Fate.Forgotten())).contains("\"state\":\"forgotten\"");
    assertThat(server.node.committed(1)).isEmpty();
  }

  private String outcome(Fate fate) throws Exception {
    server.node.answer = new Outcome.Known(new EntryId(1, 9), fate);
    return server.post("/v1/outcome", "{\"requestId\": \"00c0ffee00c0ffee-3\"}").body();
  }

  @Test
  void aCancellationStandsInTheLogAsSuch() throws Exception {
    server.node.answer = new Outcome.Known(new EntryId(1, 1), new Fate.Cancelled(new Place(1, 1)));
    server.post(
        "/v1/outcome", "{\"requestId\": \"00c0ffee00c0ffee-3\", \"since\": 5, \"cancel\": true}");
    assertThat(CommandEnvelope.decode(server.node.committed(1).getFirst().data()))
        .isEqualTo(new SessionCommand.Cancel(new RequestId(0x00c0ffee00c0ffeeL, 3), 5));
    assertThat(server.get("/v1/log").body())
        .isEqualTo(
            "{\"index\":1,\"term\":1,\"kind\":\"cancel\","
                + "\"requestId\":\"00c0ffee00c0ffee-3\"}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"requestId\": \"7\"}",
        "{\"requestId\": \"00c0ffee00c0ffee-3\", \"cancel\": 1}",
      })
  void aQuestionForNoRequestIsRefused(String request) throws Exception {
    assertThat(server.post("/v1/outcome", request).statusCode()).isEqualTo(400);
  }

  @Test
  void aNegativeAnswerIsStillDone() throws Exception {
    server.node.answer = new Outcome.Done(new EntryId(2, 9), Reply.no("not found"));
    HttpResponse<String> answer = server.post("/v1/submit", "{\"command\": \"a\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer)).containsEntry("ok", false).containsEntry("reply", "not found");
  }

  @Test
  void aReadHasNoRequestId() throws Exception {
    JsonObject answer = json(server.post("/v1/read", "{\"command\": \"get k\"}"));
    assertThat(answer).containsEntry("reply", "get k").doesNotContainKey("requestId");
  }

  @Test
  void bytesThatAreNoTextComeAndGoInBase64() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(new byte[] {-1, 0, 7});
    server.post("/v1/submit", "{\"commandBase64\": \"" + base64 + "\"}");
    assertThat(server.get("/v1/log").body()).contains("\"commandBase64\":\"" + base64 + "\"");
  }

  @Test
  void whoeverLeadsIsNamedWithItsAddress() throws Exception {
    server.node.answer = new Outcome.NotLeader(new NodeId("2"));
    HttpResponse<String> answer =
        server.post("/v1/submit", "{\"command\": \"a\", \"requestId\": \"0000000000000001-1\"}");
    assertThat(answer.statusCode()).isEqualTo(421);
    assertThat(json(answer))
        .containsEntry("code", "not-leader")
        .containsEntry("leader", "2")
        .containsEntry("leaderAddress", "127.0.0.1:1")
        .containsEntry("requestId", "0000000000000001-1");
  }

  @Test
  void noLeaderIsNull() throws Exception {
    server.node.answer = new Outcome.NotLeader(null);
    assertThat(json(server.post("/v1/read", "{\"command\": \"a\"}")))
        .containsEntry("leader", null)
        .containsEntry("leaderAddress", null);
  }

  @Test
  void certainlyNotAppliedAndUnknownAreToldApart() throws Exception {
    server.node.answer = new Outcome.Unavailable("too much under way");
    HttpResponse<String> unavailable = server.post("/v1/submit", "{\"command\": \"a\"}");
    assertThat(unavailable.statusCode()).isEqualTo(503);
    assertThat(json(unavailable))
        .containsEntry("code", "unavailable")
        .containsEntry("message", "too much under way");

    server.node.answer = new Outcome.Indeterminate("no answer in time");
    HttpResponse<String> unknown = server.post("/v1/submit", "{\"command\": \"a\"}");
    assertThat(unknown.statusCode()).isEqualTo(504);
    assertThat(json(unknown)).containsEntry("code", "indeterminate").containsKey("requestId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "nonsense",
        "{}",
        "{\"command\": 7}",
        "{\"command\": null}",
        "{\"command\": {\"a\": 1}}",
        "{\"command\": \"a\", \"commandBase64\": \"YQ==\"}",
        "{\"commandBase64\": \"?\"}",
        "{\"command\": \"\\ud800\"}",
        "{\"command\": \"a\", \"requestId\": \"7\"}",
        "{\"command\": \"a\", \"timeoutMillis\": 0}",
        "{\"command\": \"a\", \"timeoutMillis\": 1.5}",
        "{\"command\": \"a\", \"timeoutMillis\": 99999999999}",
        "{\"command\": \"a\", \"timeoutMillis\": \"5\"}",
        "{\"comand\": \"a\"}",
        "{\"command\": \"a\"} trailing",
      })
  void whatIsNotUnderstoodIsRefused(String body) throws Exception {
    HttpResponse<String> answer = server.post("/v1/submit", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer)).containsEntry("code", "invalid").containsKeys("message", "hint");
    assertThat(server.node.committed(1)).isEmpty();
  }

  @Test
  void deepNestingIsRefusedBeforeItIsParsed() throws Exception {
    assertThat(server.post("/v1/submit", "[".repeat(1_000_000)).statusCode()).isEqualTo(400);
    assertThat(server.post("/v1/submit", "{\"a\":".repeat(1_000_000)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"/v1/nothing", "/", "/v1/status/", "/v1/submit?a=b"})
  void anUnknownRouteIsNotFound(String path) throws Exception {
    HttpResponse<String> answer = server.get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(json(answer)).containsEntry("code", "not-found");
  }

  @Test
  void theLogComesLineByLine() throws Exception {
    for (String command : new String[] {"put a 1", "put b \"\\n", "tö"}) {
      byte[] text = command.getBytes(StandardCharsets.UTF_8);
      server.node.append(
          CommandEnvelope.encode(new SessionCommand.Plain(new RequestId(255, 1), text)));
    }
    String[] lines = server.get("/v1/log?from=2").body().split("\n");
    assertThat(lines).hasSize(2);
    assertThat(JsonParser.object().from(lines[0]))
        .containsEntry("index", 2)
        .containsEntry("term", 1)
        .containsEntry("kind", "command")
        .containsEntry("requestId", "00000000000000ff-1")
        .containsEntry("command", "put b \"\\n");
    assertThat(JsonParser.object().from(lines[1])).containsEntry("command", "tö");
    assertThat(server.get("/v1/log?from=4").body()).isEmpty();
  }

  @Test
  void anEntryThatTheDiskHasLostIsNamed() throws Exception {
    server.node.append(
        CommandEnvelope.encode(new SessionCommand.Plain(new RequestId(255, 1), new byte[1])));
    server.node.lost = 1;
    assertThat(JsonParser.object().from(server.get("/v1/log?from=1").body()))
        .containsEntry("code", "unavailable")
        .containsEntry("message", "the disk of node 1 has lost entry 1");
  }

  @Test
  void theLogCanBeWaitedFor() throws Exception {
    Thread writer =
        Thread.ofVirtual()
            .start(
                () ->
                    server.node.append(
                        CommandEnvelope.encode(
                            new SessionCommand.Plain(new RequestId(1, 1), new byte[0]))));
    assertThat(server.get("/v1/log?from=1&waitMillis=20000").body()).contains("\"index\":1");
    writer.join();
    assertThat(server.get("/v1/log?from=2&waitMillis=50").body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=0",
        "from=-1",
        "from=x",
        "waitMillis=30001",
        "from=%zz",
        "from=9e9",
        "form=2",
        "from=1&wait=5"
      })
  void aQueryThatIsNotUnderstoodIsRefused(String query) throws Exception {
    String answer =
        server.exchange("GET /v1/log?" + query + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400");
  }

  @Test
  void aParameterWhereNoneIsKnownIsRefused() throws Exception {
    for (String path : new String[] {"/v1/status?from=1", "/v1/cluster?x="}) {
      HttpResponse<String> answer = server.get(path);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(json(answer)).containsEntry("code", "invalid");
    }
    HttpResponse<String> answer = server.post("/v1/submit?command=a", "{\"command\": \"a\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(server.node.committed(1)).isEmpty();
  }

  @Test
  void statusIsThisNodesOwnView() throws Exception {
    assertThat(json(server.get("/v1/status")))
        .containsEntry("cluster", "test")
        .containsEntry("id", "1")
        .containsEntry("address", server.address().toString())
        .containsEntry("role", "leader")
        .containsEntry("term", 1)
        .containsEntry("leader", "1")
        .containsEntry("commitIndex", 0)
        .containsEntry("appliedIndex", 0)
        .containsEntry("lastIndex", 0)
        .containsEntry("blocked", false)
        .containsEntry("droppedByFault", 0)
        .containsKey("blockedLinks");
  }

  @Test
  void linksAreCutAndHealedOverHttp() throws Exception {
    assertThat(json(server.post("/v1/block", "{\"node\": \"1\"}"))).containsEntry("blocked", true);
    assertThat(json(server.get("/v1/status"))).containsEntry("blocked", true);
    assertThat(json(server.post("/v1/unblock", "{}"))).containsEntry("blocked", false);
    assertThat(
            json(server.post("/v1/block", "{\"from\": \"1\", \"to\": \"2\"}"))
                .getArray("blockedLinks"))
        .containsExactly("1>2");
    assertThat(
            json(server.post("/v1/unblock", "{\"from\": \"1\", \"to\": \"2\"}"))
                .getArray("blockedLinks"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"node\": \"9\"}|404|there is no node 9",
        "{\"from\": \"1\", \"to\": \"9\"}|404|there is no node 9",
        "{\"from\": \"9\", \"to\": \"1\"}|404|there is no node 9",
        "{\"from\": \"1\"}|400|give either",
        "{\"from\": \"1\", \"to\": \"1\"}|400|a link has two ends",
        "{\"node\": \"a b\"}|400|is not a node id",
        "{\"node\": \"2\"}|503|node 2 at 127.0.0.1:1 cannot be reached",
      })
  void aBlockThatCannotBeIsExplained(String body, int status, String message) throws Exception {
    HttpResponse<String> answer = server.post("/v1/block", body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).getString("message")).contains(message);
  }
}
