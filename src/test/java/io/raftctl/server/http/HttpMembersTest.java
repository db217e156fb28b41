package io.raftctl.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.TestServer;
import io.raftctl.testing.Await;
import io.raftctl.transport.Address;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What docs/http.md says of members, as a client sees it.
class HttpMembersTest {
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
  void membersAreShownWithTheirRoles() throws Exception {
    assertThat(server.get("/v1/members").body())
        .isEqualTo(
            ("{\"cluster\":\"test\",\"members\":["
                    + "{\"id\":\"1\",\"address\":\"%s\",\"role\":\"voter\"},"
                    + "{\"id\":\"2\",\"address\":\"127.0.0.1:1\",\"role\":\"voter\"}],"
                    + "\"removed\":[]}\n")
                .formatted(server.address()));
  }

  @Test
  void membersComeAndGoOverHttp() throws Exception {
    JsonObject joining =
        json(server.post("/v1/members", "{\"add\": \"4=127.0.0.1:4\", \"vote\": true}"));
    assertThat(joining.getArray("members").getObject(2))
        .containsEntry("id", "4")
        .containsEntry("role", "joining");
    assertThat(server.node.status().members().addresses())
        .containsEntry(new NodeId("4"), "127.0.0.1:4");

    JsonObject left = json(server.post("/v1/members", "{\"remove\": \"4\"}"));
    assertThat(left.getArray("members")).hasSize(2);
    assertThat(left.getArray("removed")).containsExactly("4");

    HttpResponse<String> again = server.post("/v1/members", "{\"add\": \"4=127.0.0.1:4\"}");
    assertThat(again.statusCode()).isEqualTo(403);
    assertThat(json(again)).containsEntry("code", "denied").containsKeys("message", "hint");
  }

  /// It would be taken for done, and may be taken out of the log again.
  @Test
  void aWishThatIsFulfilledByWhatIsNotCommittedHasToWait() throws Exception {
    server.node.committedMembers = server.node.status().members();
    server.post("/v1/members", "{\"add\": \"4=127.0.0.1:4\"}");
    HttpResponse<String> again = server.post("/v1/members", "{\"add\": \"4=127.0.0.1:4\"}");
    assertThat(again.statusCode()).isEqualTo(503);
    assertThat(json(again)).containsEntry("code", "unavailable");

    server.node.committedMembers = null;
    assertThat(server.post("/v1/members", "{\"add\": \"4=127.0.0.1:4\"}").statusCode())
        .isEqualTo(200);
  }

  @Test
  void aWishThatIsFulfilledByTheFirstHalfOfAChangeHasToWait() throws Exception {
    server.post("/v1/members", "{\"add\": \"3=127.0.0.1:3,4=127.0.0.1:4\"}");
    String promote = "{\"promote\": \"3,4\", \"timeoutMillis\": 300}";
    HttpResponse<String> half = server.post("/v1/members", promote); // Left by a real leader only.
    assertThat(half.statusCode()).as("it is not over").isEqualTo(504);
    assertThat(json(half)).containsEntry("code", "indeterminate");
    assertThat(server.node.status().members().joint()).isTrue();
    assertThat(server.post("/v1/members", "{\"promote\": \"3,4\"}").statusCode()).isEqualTo(503);
  }

  @Test
  void aChangeIsAnsweredWhenItsSecondHalfIsCommitted() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = beginChangeOfSeveral();
    Configuration joint = server.node.status().members();
    server.node.committedMembers = joint;
    server.follow(joint.left());
    assertThat(answer).as("it is in the log only").isNotDone();
    server.node.committedMembers = null;
    server.follow(joint.left());
    assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  /// As where a program takes its time to apply.
  @Test
  void aChangeIsNotOverWhereItsSecondHalfIsInTheLogOnly() throws Exception {
    server.node.appendsSecondHalf = true;
    server.post("/v1/members", "{\"add\": \"3=127.0.0.1:3,4=127.0.0.1:4\"}");
    String promote = "{\"promote\": \"3,4\", \"timeoutMillis\": 300}";
    HttpResponse<String> half = server.post("/v1/members", promote);
    assertThat(half.statusCode()).isEqualTo(504);
    assertThat(json(half)).containsEntry("code", "indeterminate");
  }

  /// Who leads no longer cannot tell what becomes of the second half.
  @Test
  void aChangeWhoseLeaderStepsDownInItsMidstIsInDoubtAtOnce() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = beginChangeOfSeveral();
    assertThat(answer).isNotDone();
    server.stepDown();
    assertThat(json(answer.get(30, TimeUnit.SECONDS))).containsEntry("code", "indeterminate");
  }

  /// A change whose first half is committed, with ten minutes' time.
  private CompletableFuture<HttpResponse<String>> beginChangeOfSeveral() throws Exception {
    server.post("/v1/members", "{\"add\": \"3=127.0.0.1:3,4=127.0.0.1:4\"}");
    String promote = "{\"promote\": \"3,4\", \"timeoutMillis\": 600000}";
    CompletableFuture<HttpResponse<String>> answer = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            answer.complete(server.post("/v1/members", promote));
          } catch (Exception e) {
            answer.completeExceptionally(e);
          }
        });
    Await.until("its first half is committed", () -> server.node.changes.get() == 2);
    return answer;
  }

  @Test
  void onlyTheLeaderChangesMembers() throws Exception {
    server.node.role = "follower";
    server.node.leader = new NodeId("2");
    HttpResponse<String> answer = server.post("/v1/members", "{\"remove\": \"1\"}");
    assertThat(answer.statusCode()).isEqualTo(421);
    assertThat(json(answer))
        .containsEntry("code", "not-leader")
        .containsEntry("leaderAddress", "127.0.0.1:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"add\": \"4\"}|400",
        "{\"add\": \"4=nowhere\"}|400",
        "{\"remove\": \"a b\"}|400",
        "{\"vote\": \"yes\"}|400",
        "{\"demote\": \"1\"}|400",
        "{\"add\": \"2=127.0.0.1:2\", \"remove\": \"2\"}|400",
        "{\"remove\": \"1,2\"}|403",
        "{\"promote\": \"9\"}|404",
      })
  void aChangeOfTheMembersThatCannotBeIsRefused(String body, int status) throws Exception {
    HttpResponse<String> answer = server.post("/v1/members", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(json(answer)).containsKeys("code", "message", "hint");
    assertThat(json(server.get("/v1/members")).getArray("members")).hasSize(2);
  }
}
