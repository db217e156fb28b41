package io.raftctl.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.AdminGrpc;
import io.raftctl.proto.v1.ChangeMembersRequest;
import io.raftctl.server.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What operators ask over gRPC.
class AdminServiceTest {
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.single();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// A wish has no request id under which it could be sent again, or asked for.
  @Test
  void aChangeOfTheMembersInDoubtIsAnsweredAsOverHttp() throws Exception {
    server.node.answer =
        new Outcome.Indeterminate("it was not committed and applied in time; it still may be");
    JsonObject overHttp =
        JsonParser.object().from(server.post("/v1/members", "{\"add\": \"4=127.0.0.1:4\"}").body());
    assertThat(overHttp.getString("hint")).contains("raftctl member ls");

    ChangeMembersRequest wish =
        ChangeMembersRequest.newBuilder().setCluster("test").putAdd("4", "127.0.0.1:4").build();
    assertThatThrownBy(() -> AdminGrpc.newBlockingStub(server.channel()).changeMembers(wish))
        .hasMessage("UNKNOWN: %s; %s", overHttp.getString("message"), overHttp.getString("hint"));
  }
}
