package io.raftctl.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.raftctl.node.CommandEnvelope;
import io.raftctl.node.Outcome;
import io.raftctl.proto.legacy.ClientRequestArgs;
import io.raftctl.proto.legacy.RpcGrpc;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.CommandOutcome;
import io.raftctl.proto.v1.CommandRequest;
import io.raftctl.proto.v1.OutcomeBatch;
import io.raftctl.proto.v1.OutcomeReply;
import io.raftctl.proto.v1.OutcomeRequest;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.NodeId;
import io.raftctl.server.TestServer;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.Place;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.testing.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Commands over gRPC, on a stream and one by one.
class SubmitStreamTest {
  private TestServer server;
  private final Queue<CommandOutcome> outcomes = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private StreamObserver<CommandBatch> stream;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.single();
    stream =
        ClientGrpc.newStub(server.channel())
            .submit(
                new StreamObserver<OutcomeBatch>() {
                  @Override
                  public void onNext(OutcomeBatch batch) {
                    outcomes.addAll(batch.getOutcomesList());
                  }

                  @Override
                  public void onError(Throwable error) {
                    end.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(null);
                  }
                });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static CommandRequest.Builder request(long sequence, String command) {
    return CommandRequest.newBuilder()
        .setSession(7)
        .setSequence(sequence)
        .setCommand(ByteString.copyFromUtf8(command));
  }

  private void send(CommandRequest.Builder... requests) {
    CommandBatch.Builder batch = CommandBatch.newBuilder();
    List.of(requests).forEach(batch::addRequests);
    stream.onNext(batch.build());
  }

  private List<CommandOutcome> awaitOutcomes(int count) {
    Await.until(count + " outcomes come", () -> outcomes.size() >= count);
    return List.copyOf(outcomes);
  }

  @Test
  void commandsEnterTheLogInTheOrderInWhichTheyCame() {
    int commands = 10_000;
    for (int i = 1; i <= commands; i += 100) {
      int first = i;
      send(
          IntStream.range(0, 100)
              .mapToObj(offset -> request(first + offset, "c"))
              .toArray(CommandRequest.Builder[]::new));
    }
    assertThat(awaitOutcomes(commands)).allMatch(it -> it.getDone().getIndex() == it.getSequence());
  }

  @Test
  void everyOutcomeKeepsItsNameOnTheWire() {
    send(request(1, "fine"));
    assertThat(awaitOutcomes(1).getLast().getDone())
        .matches(it -> it.getOk() && it.getReply().equals("fine") && it.getIndex() == 1);

    server.node.answer = new Outcome.Done(new EntryId(3, 9), Reply.no("compare failed"));
    send(request(2, "x"));
    assertThat(awaitOutcomes(2).getLast().getDone())
        .matches(it -> !it.getOk() && it.getTerm() == 3 && it.getReply().equals("compare failed"));

    server.node.answer = new Outcome.NotLeader(new NodeId("1"));
    send(request(3, "x"));
    assertThat(awaitOutcomes(3).getLast().getNotLeader())
        .matches(it -> it.getLeader().equals("1"))
        .matches(it -> it.getAddress().equals(server.address().toString()));

    server.node.answer = new Outcome.NotLeader(null);
    send(request(4, "x"));
    assertThat(awaitOutcomes(4).getLast().getNotLeader().getLeader()).isEmpty();

    server.node.answer = new Outcome.Unavailable("busy");
    send(request(5, "x"));
    assertThat(awaitOutcomes(5).getLast().getUnavailable().getReason()).isEqualTo("busy");

    server.node.answer = new Outcome.Indeterminate("late");
    send(request(6, "x"));
    assertThat(awaitOutcomes(6).getLast().getIndeterminate().getReason()).isEqualTo("late");
    assertThat(outcomes).extracting(CommandOutcome::getSession).containsOnly(7L);
  }

  @Test
  void whatARequestSaysOfItsSessionGoesIntoTheLog() {
    send(request(1, "a"));
    send(request(2, "b").setSince(0).setSettledBelow(2).setAfter(1));
    send(request(3, "c").setSince(1));
    awaitOutcomes(3);
    assertThat(server.node.committed(1))
        .extracting(entry -> ((SessionCommand.Once) CommandEnvelope.decode(entry.data())).stamp())
        .containsExactly(
            Stamp.first(new RequestId(7, 1), 0),
            new Stamp(new RequestId(7, 2), 0, 2, 1),
            Stamp.first(new RequestId(7, 3), 1));
  }

  @Test
  void aSessionThatMakesNoSenseIsRefused() {
    send(request(2, "b").setSince(0).setAfter(2), request(3, "c").setSince(-1));
    assertThat(awaitOutcomes(2))
        .allMatch(it -> it.getRefused().getReason().contains("cannot have"));
    assertThat(server.node.committed(1)).isEmpty();
  }

  @Test
  void aRequestThatDoesNotRunSaysWhy() {
    server.node.answer = new Outcome.Known(new EntryId(1, 9), new Fate.Cancelled(new Place(2, 4)));
    send(request(1, "x"));
    assertThat(awaitOutcomes(1).getLast().getCancelled())
        .matches(it -> it.getTerm() == 2 && it.getIndex() == 4);
    server.node.answer = new Outcome.Known(new EntryId(1, 9), new Fate.Forgotten());
    send(request(2, "x"));
    assertThat(awaitOutcomes(2).getLast().hasForgotten()).isTrue();
  }

  @Test
  void whatBecameOfARequestIsToldAndCancelled() {
    server.node.answer =
        new Outcome.Known(new EntryId(1, 9), new Fate.Applied(new Place(2, 7), Reply.ok("first")));
    assertThat(outcome(false).getApplied())
        .matches(it -> it.getIndex() == 7 && it.getTerm() == 2 && it.getReply().equals("first"));
    assertThat(server.node.committed(1)).isEmpty();
    server.node.answer = new Outcome.Known(new EntryId(1, 9), new Fate.Cancelled(new Place(1, 1)));
    assertThat(outcome(true).getCancelled().getIndex()).isEqualTo(1);
    assertThat(server.node.committed(1)).hasSize(1);
    server.node.answer = new Outcome.Known(new EntryId(1, 9), new Fate.NotApplied());
    assertThat(outcome(false).hasNotApplied()).isTrue();
    server.node.answer = new Outcome.Known(new EntryId(1, 9), new Fate.Forgotten());
    assertThat(outcome(false).getAsOf()).isEqualTo(9);
    server.node.answer = new Outcome.NotLeader(new NodeId("1"));
    assertThatThrownBy(() -> outcome(false)).hasMessageContaining("node 1 leads");
  }

  private OutcomeReply outcome(boolean cancel) {
    return ClientGrpc.newBlockingStub(server.channel())
        .outcome(
            OutcomeRequest.newBuilder().setSession(7).setSequence(1).setCancel(cancel).build());
  }

  @Test
  void aReadNeverEntersTheLog() {
    send(request(1, "get k").setReadOnly(true));
    assertThat(awaitOutcomes(1).getFirst().getDone().getReply()).isEqualTo("get k");
    assertThat(server.node.committed(1)).isEmpty();
  }

  @Test
  void aCommandOverTheLimitIsRefusedAndTheOthersPass() {
    send(request(1, "x".repeat((1 << 20) + 1)), request(2, "x".repeat(1 << 20)), request(0, "x"));
    assertThat(awaitOutcomes(3))
        .anyMatch(it -> it.getRefused().getReason().contains("1048576 bytes"))
        .anyMatch(it -> it.getSequence() == 2 && it.getDone().getOk())
        .anyMatch(it -> it.getRefused().getReason().contains("counted up from 1"));
  }

  @Test
  void whatIsUnderWayIsBounded() {
    server.node.hold();
    int sent = 3 * SubmitStream.REQUESTS_MAX;
    for (int i = 1; i <= sent; i++) {
      send(request(i, "x"));
    }
    Await.until("the bound is reached", () -> server.node.held() == SubmitStream.REQUESTS_MAX);
    server.node.release(new Outcome.Unavailable("held"));
    assertThat(awaitOutcomes(sent)).hasSize(sent);
    assertThat(server.node.committed(1)).hasSize(sent);
  }

  @Test
  void aStreamThatEndsStillGetsItsOutcomes() throws Exception {
    server.node.hold();
    send(request(1, "a"), request(2, "b"));
    stream.onCompleted();
    Await.until("both are under way", () -> server.node.held() == 2);
    assertThat(end).isNotDone();
    server.node.release(new Outcome.Unavailable("held"));
    end.get(10, TimeUnit.SECONDS);
    assertThat(outcomes).hasSize(2);
  }

  @Test
  void aClientOfTheOldContractIsAnsweredByWhatBecameOfItsCommand() {
    assertThat(legacy()).isTrue();
    server.node.answer = new Outcome.NotLeader(new NodeId("2"));
    assertThat(legacy()).isFalse();
    server.node.answer = new Outcome.Unavailable("busy");
    assertThat(legacy()).isFalse();
    server.node.answer = new Outcome.Indeterminate("it stands in the log");
    assertThat(legacy()).isTrue();
    assertThat(server.node.committed(1)).hasSize(4);
  }

  private boolean legacy() {
    return RpcGrpc.newBlockingStub(server.channel())
        .clientRequest(ClientRequestArgs.newBuilder().setCmd("put k v").build())
        .getIsLeader();
  }

  @Test
  void theOldContractHasTheSameLimit() {
    assertThatThrownBy(
            () ->
                RpcGrpc.newBlockingStub(server.channel())
                    .clientRequest(
                        ClientRequestArgs.newBuilder().setCmd("x".repeat((1 << 20) + 1)).build()))
        .hasMessageContaining("RESOURCE_EXHAUSTED")
        .hasMessageContaining("1048576 bytes");
  }
}
