package io.raftctl.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.raftctl.node.Outcome;
import io.raftctl.proto.legacy.ClientRequestArgs;
import io.raftctl.proto.legacy.RpcGrpc;
import io.raftctl.proto.v1.AdminGrpc;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.PeerGrpc;
import io.raftctl.proto.v1.StatusRequest;
import io.raftctl.server.TestServer;
import io.raftctl.testing.Await;
import io.raftctl.testing.RawCall;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One port, two protocols, and whatever else strangers send.
@SuppressWarnings("try") // A test closes its sockets when it is their time.
class ClientPortTest {
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.single();
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(server.log).isEmpty();
  }

  private void bothProtocolsWork() throws Exception {
    assertThat(server.get("/v1/status").statusCode()).isEqualTo(200);
    assertThat(
            AdminGrpc.newBlockingStub(server.channel())
                .status(StatusRequest.getDefaultInstance())
                .getId())
        .isEqualTo("1");
  }

  @Test
  void grpcAndHttpShareThePort() throws Exception {
    bothProtocolsWork();
    bothProtocolsWork();
  }

  @Test
  void healthIsServed() {
    HealthCheckResponse health =
        HealthGrpc.newBlockingStub(server.channel()).check(HealthCheckRequest.getDefaultInstance());
    assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000\u0001\u0002\u0003\u00ff",
        "\u0016\u0003\u0001\u0002\u0000\u0001", // A client that tries TLS.
        "get / HTTP/1.1\r\n\r\n",
        "12345678",
        "PRI * HTTP/1.0\r\n\r\nXX\r\n\r\n",
        "PRI \r\n",
        "GE\u0000/",
      })
  void garbageIsClosedWithoutAWord(String bytes) throws Exception {
    assertThat(server.exchange(bytes)).isEmpty();
    bothProtocolsWork();
  }

  @Test
  void randomBytesNeverHarmIt() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[1 + random.nextInt(200)];
      random.nextBytes(bytes);
      String start =
          List.of("", "POST /v1/submit HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
              .get(i % 3);
      try (Socket socket = server.socket()) {
        socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
      }
    }
    bothProtocolsWork();
  }

  @Test
  void bytesThatAreNoMessageEndOnlyTheirCall() throws Exception {
    Random random = new Random(8);
    List<MethodDescriptor<?, ?>> methods =
        List.of(
            PeerGrpc.getDeliverMethod(),
            ClientGrpc.getSubmitMethod(),
            AdminGrpc.getStatusMethod(),
            AdminGrpc.getBlockMethod(),
            RpcGrpc.getClientRequestMethod());
    int refused = 0;
    for (int i = 0; i < 250; i++) {
      byte[] bytes = new byte[1 + random.nextInt(100)];
      random.nextBytes(bytes);
      Status end = RawCall.make(server.channel(), methods.get(i % methods.size()), bytes);
      assertThat(end.getCode()).isNotEqualTo(Status.Code.DEADLINE_EXCEEDED);
      refused += end.isOk() ? 0 : 1;
    }
    assertThat(refused).isPositive();
    assertThat(server.node.received).isEmpty();
    assertThat(server.get("/v1/status").statusCode()).isEqualTo(200);
    // Faults may have been changed by bytes that happened to be a message; nothing was logged more
    // than once in ten seconds.
    assertThat(server.log.size()).isLessThanOrEqualTo(1);
    server.log.clear();
  }

  /// Neither the name of a failure here, nor no name at all.
  @Test
  void whoeverSendsBytesThatAreNoMessageIsToldSo() throws Exception {
    for (MethodDescriptor<?, ?> method :
        List.of(
            PeerGrpc.getDeliverMethod(),
            ClientGrpc.getSubmitMethod(),
            ClientGrpc.getOutcomeMethod(),
            AdminGrpc.getBlockMethod(),
            RpcGrpc.getClientRequestMethod())) {
      Status end = RawCall.make(server.channel(), method, new byte[] {(byte) 0xff, 1, 2});
      assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(end.getDescription())
          .contains("these bytes are no request of " + method.getFullMethodName() + ": ");
    }
    assertThat(server.log).isEmpty();
  }

  /// Each of them is an object in memory, so that a few messages of a legal size could end a node.
  @Test
  void aMessageOfTooManyPartsIsRefusedBeforeItIsMade() throws Exception {
    byte[] emptyRequests = new byte[3 << 20];
    for (int at = 0; at < emptyRequests.length; at += 2) {
      emptyRequests[at] = 10; // Field 1, of no bytes.
    }
    for (MethodDescriptor<?, ?> method :
        List.of(ClientGrpc.getSubmitMethod(), PeerGrpc.getDeliverMethod())) {
      Status end = RawCall.make(server.channel(), method, emptyRequests);
      assertThat(end.getDescription())
          .contains(
              "no request of " + method.getFullMethodName() + ": it has more than 100000 parts");
    }
  }

  @Test
  void oneBytePerPacketIsUnderstood() throws Exception {
    try (Socket socket = server.socket()) {
      socket.setTcpNoDelay(true);
      for (byte b : "GET /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes("US-ASCII")) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void requestsSentAtOnceAreAnsweredInOrder() throws Exception {
    String answers =
        server.exchange(
            post("/v1/submit", "{\"command\": \"first\"}", "")
                + post("/v1/submit", "{\"command\": \"second\"}", "")
                + "GET /nowhere HTTP/1.1\r\n\r\n"
                + post("/v1/submit", "{\"command\": \"third\"}", "Connection: close\r\n"));
    assertThat(answers).containsSubsequence("\"first\"", "\"second\"", "404", "\"third\"");
  }

  @Test
  void aConnectionIsKeptAndClosedAsTheClientAsks() throws Exception {
    String kept = server.exchange("GET /v1/status HTTP/1.0\r\n\r\n");
    assertThat(kept).startsWith("HTTP/1.1 200").contains("connection: close");
    try (Socket socket = server.socket()) {
      for (int i = 0; i < 3; i++) {
        socket.getOutputStream().write("GET /v1/status HTTP/1.1\r\n\r\n".getBytes("US-ASCII"));
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
        char[] rest = new char[4096];
        assertThat(in.read(rest)).isPositive();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.9", "2.0", "0.9"})
  void anotherVersionOfHttpIsRefused(String version) throws Exception {
    assertThat(server.exchange("GET /v1/status HTTP/" + version + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("\"code\":\"invalid\"");
    bothProtocolsWork();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "identity", "gzip, chunked", "chunked, chunked"})
  void aBodyInAnotherEncodingIsRefused(String encoding) throws Exception {
    String head = "POST /v1/submit HTTP/1.1\r\nTransfer-Encoding: " + encoding + "\r\n\r\n";
    assertThat(server.exchange(head + "13\r\n{\"command\": \"abc\"}\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("the only transfer encoding that is understood is 'chunked'");
    assertThat(server.node.committed(1)).isEmpty();
    bothProtocolsWork();
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws Exception {
    String head = "GET /v1/status HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n";
    assertThat(server.exchange(head)).startsWith("HTTP/1.1 400").contains("\"code\":\"invalid\"");
    bothProtocolsWork();
  }

  @Test
  void aCommandOverTheLimitIsRefusedWithTheLimit() throws Exception {
    var answer = server.post("/v1/submit", "{\"command\": \"" + "x".repeat(1 << 20) + "y\"}");
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("too-large").contains("1048576 bytes");
    assertThat(server.post("/v1/submit", "{\"command\": \"" + "x".repeat(1 << 20) + "\"}"))
        .matches(it -> it.statusCode() == 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 104857600\r\n", "Transfer-Encoding: chunked\r\n"})
  void aHundredMegabytesAreRefusedUnread(String length) throws Exception {
    String answer;
    try (Socket socket = server.socket()) {
      OutputStream out = socket.getOutputStream();
      out.write(("POST /v1/submit HTTP/1.1\r\n" + length + "\r\n").getBytes("US-ASCII"));
      Thread sender = Thread.ofVirtual().start(() -> flood(out, length.startsWith("Transfer")));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      answer = in.readLine();
      List<String> head = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
      assertThat(head).contains("connection: close");
      assertThat(in.readLine()).contains("too-large").contains("1048576 bytes");
      socket.close();
      sender.join();
    }
    assertThat(answer).startsWith("HTTP/1.1 413");
    bothProtocolsWork();
  }

  private static void flood(OutputStream out, boolean chunked) {
    byte[] megabyte = new byte[1 << 20];
    try {
      for (int i = 0; i < 100; i++) {
        if (chunked) {
          out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write(megabyte);
        if (chunked) {
          out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // The server had enough.
    }
  }

  @Test
  void aClientThatAsksBeforeItSendsIsTold() throws Exception {
    String refused =
        server.exchange(
            "POST /v1/submit HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
    assertThat(refused).startsWith("HTTP/1.1 413").doesNotContain("100 Continue");
    String allowed =
        server.exchange(
            post(
                "/v1/submit",
                "{\"command\": \"a\"}",
                "Connection: close\r\nExpect: 100-continue\r\n"));
    assertThat(allowed).startsWith("HTTP/1.1 100 Continue").contains("HTTP/1.1 200 OK");
  }

  @Test
  void aClientThatLeavesEarlyCostsNothing() throws Exception {
    server.node.hold();
    try (Socket socket = server.socket()) {
      socket
          .getOutputStream()
          .write(post("/v1/submit", "{\"command\": \"a\"}", "").getBytes("US-ASCII"));
      Await.until("the command is there", () -> server.node.held() == 1);
    }
    server.node.release(new Outcome.Unavailable("late"));
    bothProtocolsWork();
  }

  @Test
  void aGrpcMessageBeyondTheLimitEndsOnlyItsCall() throws Exception {
    assertThatThrownBy(
            () ->
                RpcGrpc.newBlockingStub(server.channel())
                    .clientRequest(
                        ClientRequestArgs.newBuilder().setCmd("x".repeat(17 << 20)).build()))
        .hasMessageContaining("RESOURCE_EXHAUSTED");
    bothProtocolsWork();
  }

  private static String post(String path, String body, String headers) {
    return "POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(path, headers, body.length(), body);
  }
}
