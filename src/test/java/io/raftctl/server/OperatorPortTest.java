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
}
