package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.raft.NodeId;
import io.raftctl.testing.Await;
import io.raftctl.transport.Address;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node alone on a real directory, whose disk and clock are broken through its port for
/// operators.
class MachineFaultsTest {
  @TempDir Path folder;
  private NodeServer server;

  private void start(boolean faults) throws Exception {
    server =
        NodeServer.start(
            new NodeSettings(
                "test",
                new NodeId("1"),
                new Address("127.0.0.1", 0),
                new Address("127.0.0.1", 0),
                new TreeMap<>(),
                List.of(),
                folder.resolve("data"),
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                faults,
                false,
                64 << 20,
                null),
            _ -> {});
    Await.until("it leads", () -> operator("/readyz").statusCode() == 200);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> operator(String path) throws Exception {
    return Requests.get(server.http(), path);
  }

  private JsonObject json(String path) throws Exception {
    return JsonParser.object().from(operator(path).body());
  }

  private HttpResponse<String> put() throws Exception {
    return Requests.post(server.address(), "/v1/submit", "{\"command\":\"put k v\"}");
  }

  private @Nullable HttpResponse<String> answerOrNull() {
    try {
      return put();
    } catch (Exception e) {
      return null; // The server has closed the connection.
    }
  }

  @Test
  void syncsAreSlowUntilTheDiskIsWellAgain() throws Exception {
    start(true);
    assertThat(json("/disk?slowSyncMillis=100").getLong("slowSyncMillis")).isEqualTo(100);
    long before = System.nanoTime();
    assertThat(put().statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(99));
    JsonObject healed = json("/disk?heal=true");
    assertThat(healed.getLong("slowSyncMillis")).isZero();
    assertThat(healed.getLong("syncsSlowed")).isPositive();
    assertThat(put().statusCode()).isEqualTo(200);
    assertThat(json("/disk").getLong("syncsSlowed")).isEqualTo(healed.getLong("syncsSlowed"));
  }

  @Test
  void aSyncThatFailsIsTheEndOfTheNode() throws Exception {
    start(true);
    assertThat(json("/disk?failSyncAt=2").getLong("failSyncAt")).isEqualTo(2);
    assertThat(put().statusCode()).isEqualTo(200);
    CompletableFuture<HttpResponse<String>> doomed = new CompletableFuture<>();
    Thread.startVirtualThread(() -> doomed.complete(answerOrNull()));
    assertThat(server.halted().get(10, TimeUnit.SECONDS)).contains("Input/output error");
    assertThat(json("/disk").getLong("syncsFailed")).isEqualTo(1);
    server.close();
    HttpResponse<String> answer = doomed.get(10, TimeUnit.SECONDS);
    assertThat(answer == null ? 0 : answer.statusCode()).isNotEqualTo(200);
  }

  @Test
  void whatNeedsRoomOnAFullDiskIsRefusedAndWhatNeedsNoneIsNot() throws Exception {
    start(true);
    assertThat(json("/disk?full=true").getBoolean("full")).isTrue();
    assertThat(put().statusCode()).isEqualTo(200); // A segment has its room from the start.
    String filler = "{\"command\":\"put k " + "x".repeat(1 << 19) + "\"}";
    Await.until(
        "nothing fits any more",
        () -> Requests.post(server.address(), "/v1/submit", filler).statusCode() != 200);
    assertThat(json("/disk").getLong("writesRefused")).isPositive();
    assertThat(server.halted()).isNotDone();
    json("/disk?heal=true");
    Await.until("there is room again", () -> put().statusCode() == 200);
  }

  @Test
  void aClockJumpsAndRunsWrongAndTheNodeGoesOn() throws Exception {
    start(true);
    assertThat(json("/clock").getLong("aheadMillis")).isZero();
    assertThat(json("/clock?jumpMillis=60000").getLong("aheadMillis")).isEqualTo(60_000);
    assertThat(put().statusCode()).isEqualTo(200);
    assertThat(json("/clock?rate=4").getDouble("rate")).isEqualTo(4);
    Await.until("it was read", () -> json("/clock").getLong("readWrong") > 5);
    assertThat(put().statusCode()).isEqualTo(200);
    assertThat(json("/clock?rate=0.25").getLong("aheadMillis")).isGreaterThan(60_000);
    assertThat(put().statusCode()).isEqualTo(200);
    assertThat(json("/clock?heal=true").getDouble("rate")).isEqualTo(1);
    long read = json("/clock").getLong("readWrong");
    assertThat(put().statusCode()).isEqualTo(200);
    assertThat(json("/clock").getLong("readWrong")).isEqualTo(read);
  }

  @Test
  void whatMakesNoSenseChangesNothing() throws Exception {
    start(true);
    for (String path :
        List.of(
            "/disk?slowSyncMillis=-1",
            "/disk?slowSyncMillis=60001",
            "/disk?failSyncAt=x",
            "/disk?full=perhaps",
            "/disk?slow=1",
            "/clock?rate=0",
            "/clock?rate=11",
            "/clock?rate=NaN",
            "/clock?jumpMillis=-5",
            "/clock?jump=5")) {
      HttpResponse<String> answer = operator(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(answer.body()).hasLineCount(1);
      assertThat(json("/disk"))
          .containsEntry("slowSyncMillis", 0)
          .containsEntry("failSyncAt", 0)
          .containsEntry("full", false);
      assertThat(json("/clock").getDouble("rate")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/disk?full=true", "/clock?rate=2"})
  void aNodeWithoutFaultsIsNotBroken(String path) throws Exception {
    start(false);
    assertThat(operator(path).statusCode()).isEqualTo(403);
    assertThat(put().statusCode()).isEqualTo(200);
  }
}
