package io.raftctl.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonParser;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `curl` and a metrics collector see.
class OperatorPortTest {
  private TestServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void blockAndUnblockAnswerNothing() throws Exception {
    server = TestServer.single();
    assertThat(server.operator("/block").statusCode()).isEqualTo(204);
    assertThat(server.operator("/status").body()).contains("\"blocked\":true");
    assertThat(server.operator("/unblock").statusCode()).isEqualTo(204);
    assertThat(server.operator("/status").body()).contains("\"blocked\":false");
    assertThat(server.operator("/test").statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/block", "/unblock"})
  void faultsAreDeniedUnlessTheNodeWasStartedWithThem(String path) throws Exception {
    NodeSettings on = TestServer.settings("1", Map.of());
    server =
        new TestServer(
            new NodeSettings(
                on.cluster(),
                on.id(),
                on.listen(),
                on.http(),
                on.peers(),
                List.of(),
                on.data(),
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                false,
                false,
                64 << 20,
                null));
    HttpResponse<String> answer = server.operator(path);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .isEqualTo(
            "node 1 was started without faults; start it with --faults to let links be cut\n");
    assertThat(server.post("/v1/block", "{}").statusCode()).isEqualTo(403);
  }

  @Test
  void statusIsJson() throws Exception {
    server = TestServer.single();
    assertThat(JsonParser.object().from(server.operator("/status").body()))
        .containsEntry("id", "1")
        .containsEntry("role", "leader");
  }

  @Test
  void probesTellALiveNodeFromAReadyOne() throws Exception {
    server = TestServer.single();
    assertThat(server.operator("/livez").statusCode()).isEqualTo(200);
    assertThat(server.operator("/readyz").body()).isEqualTo("ok, node 1 leads\n");

    server.node.diskFull = true;
    assertThat(server.operator("/readyz").body())
        .isEqualTo("ok, node 1 leads; the disk of this node is full\n");
    assertThat(server.operator("/metrics").body()).contains("raftctl_disk_full 1.0");
    assertThat(server.operator("/status").body()).contains("\"diskFull\":true");

    server.node.leader = null;
    assertThat(server.operator("/livez").statusCode()).isEqualTo(200);
    assertThat(server.operator("/readyz").statusCode()).isEqualTo(503);

    server.node.halted = "the disk failed";
    assertThat(server.operator("/livez").statusCode()).isEqualTo(503);
    assertThat(server.operator("/livez").body()).isEqualTo("halted: the disk failed\n");
  }

  @Test
  void metricsAreText() throws Exception {
    server = TestServer.single();
    HttpResponse<String> answer = server.operator("/metrics");
    assertThat(answer.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(answer.body())
        .contains("raftctl_role{role=\"leader\"} 1.0")
        .contains("raftctl_role{role=\"follower\"} 0.0")
        .contains("raftctl_term 1.0")
        .contains("raftctl_messages_dropped_total{reason=\"fault\"} 0.0")
        .contains("raftctl_elections_total 0.0")
        .contains("raftctl_log_syncs_total 0.0")
        .contains("process_cpu_seconds_total ")
        .contains("jvm_memory_used_bytes{area=\"heap\"} ");
    assertThat(server.operator("/metrics").body()).contains("raftctl_commit_index 0.0");
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    server = TestServer.single();
    assertThat(server.operator("/").statusCode()).isEqualTo(404);
    assertThat(server.operator("/blocked").body()).contains("/block, /unblock");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET // HTTP/1.1",
        "GET //livez HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "GET livez HTTP/1.1",
        "GET /livez HTTP/9.9",
        "DELETE /livez HTTP/1.1",
        "GET",
        "\u0016\u0003\u0001",
      })
  void anOddRequestGetsOneLineOfText(String line) throws Exception {
    server = TestServer.single();
    String answer = server.exchange(server.server.http(), line + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).containsPattern("^HTTP/1.1 4[0-9][0-9] ").doesNotContain("<");
    String[] headAndBody = answer.split("\r\n\r\n", 2);
    assertThat(headAndBody[0]).contains("content-type: text/plain");
    assertThat(headAndBody[1]).hasLineCount(1).isNotBlank();
    assertThat(server.operator("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void aConnectionIsKeptForTheNextRequest() throws Exception {
    server = TestServer.single();
    String answers =
        server.exchange(
            server.server.http(),
            "GET /test HTTP/1.1\r\n\r\nPOST /livez HTTP/1.1\r\nConnection: close\r\n\r\n");
    assertThat(answers).containsSubsequence("HTTP/1.1 204", "HTTP/1.1 200", "ok\n");
    assertThat(answers.split("HTTP/1.1 200")[0]).doesNotContain("content-");
  }
}
