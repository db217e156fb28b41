package io.raftctl.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.raftctl.proto.v1.Arrived;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.proto.v1.PeerMessage;
import io.raftctl.proto.v1.TermReply;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a node says to one whose messages it refuses, and to its operator.
class PeerRefusalTest {
  private static final NodeId SELF = new NodeId("1");

  private final List<String> log = new ArrayList<>();
  private final List<Status> refusals = new ArrayList<>();
  private final PeerService service =
      new PeerService(
          "test", SELF, (_, _, _) -> null, new Faults(SELF), new Traffic(), _ -> {}, log::add);

  private void deliver(PeerMessage.Builder message) {
    service
        .deliver(
            new StreamObserver<Arrived>() {
              @Override
              public void onNext(Arrived arrived) {}

              @Override
              public void onError(Throwable refusal) {
                refusals.add(Status.fromThrowable(refusal));
              }

              @Override
              public void onCompleted() {}
            })
        .onNext(
            PeerBatch.newBuilder()
                .setCluster("test")
                .setFrom("2")
                .setTo("1")
                .addMessages(message)
                .build());
  }

  @Test
  void aStrangersTextStaysOneShortLine() {
    for (String text : List.of("2\n2026-01-01 node 1: all is well", "2".repeat(1 << 20))) {
      deliver(PeerMessage.newBuilder().setTermReply(TermReply.newBuilder().addMembers(text)));
    }
    assertThat(refusals).hasSize(2);
    assertThat(refusals)
        .allSatisfy(
            refusal -> {
              assertThat(refusal.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(refusal.getDescription())
                  .startsWith("it sent '2")
                  .doesNotContain("\n")
                  .hasSizeLessThan(400);
            });
    assertThat(log)
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).doesNotContain("\n").hasSizeLessThan(500));
  }
}
