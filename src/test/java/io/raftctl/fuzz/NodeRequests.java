package io.raftctl.fuzz;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.raftctl.proto.legacy.ClientRequestArgs;
import io.raftctl.proto.legacy.RpcGrpc;
import io.raftctl.proto.v1.AdminGrpc;
import io.raftctl.proto.v1.BlockRequest;
import io.raftctl.proto.v1.ChangeMembersRequest;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.CommandRequest;
import io.raftctl.proto.v1.OutcomeRequest;
import io.raftctl.proto.v1.PeerGrpc;
import io.raftctl.proto.v1.ReadConsistency;
import io.raftctl.proto.v1.RepliesRequest;
import io.raftctl.proto.v1.StatusRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Requests that a node understands, before anything is done to them.
final class NodeRequests {
  /// A method of gRPC and what it may be sent.
  record Call(MethodDescriptor<?, ?> method, byte[] message) {}

  private static final List<String> COMMANDS =
      List.of("put k v", "get k", "del k", "incr n", "cas k v w", "keys", "keys k", "nonsense", "");

  private static final List<String> TARGETS =
      List.of(
          "GET /v1/status",
          "GET /v1/members",
          "GET /v1/cluster",
          "GET /v1/log?from=1",
          "GET /v1/log?from=999999999999999999&waitMillis=0",
          "GET /v1/snapshot?timeoutMillis=1000",
          "GET /nothing",
          "DELETE /v1/status");

  private static final List<String> ROUTES =
      List.of(
          "/v1/submit",
          "/v1/read",
          "/v1/outcome",
          "/v1/leader/transfer",
          "/v1/members",
          "/v1/block",
          "/v1/unblock");

  private static final List<String> FIELDS =
      List.of(
          "command",
          "commandBase64",
          "requestId",
          "since",
          "settledBelow",
          "timeoutMillis",
          "consistency",
          "cancel",
          "target",
          "add",
          "promote",
          "remove",
          "vote",
          "node",
          "from",
          "to");

  private static final List<String> VALUES =
      List.of(
          "0",
          "1",
          "-1",
          "100",
          "-0",
          "1e3",
          "1e999",
          "0.1",
          "2147483648",
          "9223372036854775807",
          "99999999999999999999999999",
          "true",
          "null",
          "\"\"",
          "\"x\"",
          "\"1\"",
          "\"put k v\"",
          "\"7=127.0.0.1:1\"",
          "\"7=\"",
          "\"=,=\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"AAAA\"",
          "\"AAA\"",
          "\"00c0ffee00c0ffee-9223372036854775807\"",
          "\"00c0ffee00c0ffee-1\"",
          "\"stale\"",
          "\"lease\"");

  private final RandomGenerator random;

  NodeRequests(RandomGenerator random) {
    this.random = random;
  }

  /// One of each service, those of peers being a stranger's.
  Call call(String cluster) {
    return switch (random.nextInt(11)) {
      case 0, 1 ->
          new Call(
              PeerGrpc.getDeliverMethod(),
              new PeerMessages(random).batch(cluster, "2", "1").toByteArray());
      case 2 ->
          new Call(
              PeerGrpc.getDeliverMethod(),
              new PeerMessages(random).batch("another", "2", "1").toByteArray());
      case 3, 4 -> new Call(ClientGrpc.getSubmitMethod(), commands());
      case 5 ->
          new Call(
              ClientGrpc.getOutcomeMethod(),
              OutcomeRequest.newBuilder()
                  .setSession(random.nextLong())
                  .setSequence(1 + random.nextInt(3))
                  .setSince(random.nextInt(5))
                  .setCancel(random.nextBoolean())
                  .build()
                  .toByteArray());
      case 6 -> admin(cluster);
      case 7 ->
          new Call(
              RpcGrpc.getClientRequestMethod(),
              ClientRequestArgs.newBuilder().setCmd(command()).build().toByteArray());
      case 8 ->
          new Call(
              HealthGrpc.getCheckMethod(),
              HealthCheckRequest.newBuilder().setService("proto.Rpc").build().toByteArray());
      case 9 ->
          new Call(
              ServerReflectionGrpc.getServerReflectionInfoMethod(),
              ServerReflectionRequest.newBuilder()
                  .setFileContainingSymbol("raftctl.v1.Peer")
                  .build()
                  .toByteArray());
      default ->
          new Call(AdminGrpc.getStatusMethod(), StatusRequest.getDefaultInstance().toByteArray());
    };
  }

  /// What opens a connection of gRPC, and what may follow it.
  byte[] http2() {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    byte[] frames = Mutation.random(300, random);
    if (frames.length > 9 && random.nextBoolean()) { // A frame of some kind on some stream.
      frames[0] = 0;
      frames[1] = 0;
      frames[2] = (byte) (frames.length - 9);
      frames[3] = (byte) random.nextInt(10);
      frames[5] = 0;
      frames[6] = 0;
      frames[7] = 0;
      frames[8] = 1;
    }
    return ByteBuffer.allocate(preface.length + settings.length + frames.length)
        .put(preface)
        .put(settings)
        .put(frames)
        .array();
  }

  private Call admin(String cluster) {
    return switch (random.nextInt(8)) {
      case 0 ->
          new Call(
              AdminGrpc.getChangeMembersMethod(),
              ChangeMembersRequest.newBuilder()
                  .setCluster(cluster)
                  .putAdd("4", "127.0.0.1:1")
                  .build()
                  .toByteArray());
      case 1, 2 ->
          new Call(
              AdminGrpc.getRepliesMethod(),
              RepliesRequest.newBuilder().setFirstIndex(1).setCountMax(10).build().toByteArray());
      case 3, 4 ->
          new Call(
              AdminGrpc.getUnblockMethod(),
              BlockRequest.newBuilder().setFrom("1").setTo("2").build().toByteArray());
      default ->
          new Call(
              AdminGrpc.getBlockMethod(),
              BlockRequest.newBuilder().setFrom("1").setTo("2").build().toByteArray());
    };
  }

  private byte[] commands() {
    CommandBatch.Builder batch = CommandBatch.newBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      CommandRequest.Builder request =
          CommandRequest.newBuilder()
              .setSession(random.nextInt(5))
              .setSequence(1 + random.nextInt(50))
              .setCommand(ByteString.copyFromUtf8(command()))
              .setTimeoutMillis(2000)
              .setReadOnly(random.nextInt(4) == 0)
              .setConsistency(ReadConsistency.forNumber(random.nextInt(3)));
      if (random.nextBoolean()) {
        request.setSince(random.nextInt(10)).setSettledBelow(random.nextInt(4));
        request.setAfter(random.nextInt(4));
      }
      batch.addRequests(request);
    }
    return batch.build().toByteArray();
  }

  /// A request of HTTP/1.1, head and body.
  String http() {
    if (random.nextInt(3) == 0) {
      return TARGETS.get(random.nextInt(TARGETS.size()))
          + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    }
    String[] route = post().split(" ", 2);
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
            .formatted(route[0], route[1].length());
    return head + route[1];
  }

  /// JSON of the right shape, with values that nobody may have thought of.
  private String strange() {
    StringBuilder fields = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      fields
          .append(fields.isEmpty() ? "" : ", ")
          .append('"')
          .append(FIELDS.get(random.nextInt(FIELDS.size())))
          .append("\": ")
          .append(VALUES.get(random.nextInt(VALUES.size())));
    }
    return ROUTES.get(random.nextInt(ROUTES.size())) + " {" + fields + "}";
  }

  private String post() {
    String command = command();
    return switch (random.nextInt(13)) {
      case 9, 10, 11, 12 -> strange();
      case 0, 1 -> "/v1/submit {\"command\": \"" + command + "\"}";
      case 2 ->
          "/v1/submit {\"command\": \"%s\", \"requestId\": \"%016x-%d\", \"since\": %d}"
              .formatted(command, random.nextInt(4), 1 + random.nextInt(9), random.nextInt(9));
      case 3 -> "/v1/submit {\"commandBase64\": \"cHV0IGsgdg==\", \"timeoutMillis\": 1000}";
      case 4 -> "/v1/read {\"command\": \"" + command + "\", \"consistency\": \"stale\"}";
      case 5 ->
          "/v1/outcome {\"requestId\": \"%016x-1\", \"since\": 1, \"cancel\": %b}"
              .formatted(random.nextInt(4), random.nextBoolean());
      case 6 -> "/v1/members {\"add\": \"5=127.0.0.1:1\", \"remove\": \"1\"}";
      case 7 -> "/v1/block {\"from\": \"1\", \"to\": \"2\"}";
      default -> "/v1/leader/transfer {\"target\": \"2\", \"timeoutMillis\": 200}";
    };
  }

  /// What the port for operators is asked.
  String operator() {
    List<String> paths =
        List.of("/status", "/metrics", "/livez", "/readyz", "/test", "/block", "/unblock", "/x");
    return "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        .formatted(paths.get(random.nextInt(paths.size())));
  }

  private String command() {
    return COMMANDS.get(random.nextInt(COMMANDS.size()));
  }
}
