package io.raftctl.client.stream;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.raftctl.client.ScriptedNode;
import io.raftctl.client.wire.Endpoint;
import io.raftctl.proto.v1.Cancelled;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.CommandOutcome;
import io.raftctl.proto.v1.CommandRequest;
import io.raftctl.proto.v1.Done;
import io.raftctl.proto.v1.Forgotten;
import io.raftctl.proto.v1.Indeterminate;
import io.raftctl.proto.v1.NotLeader;
import io.raftctl.proto.v1.OutcomeBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A leader that answers the stream's requests as a test says, and the node that leads to it.
final class ScriptedStreamNode implements AutoCloseable {
  /// What the node does with one request.
  enum Answer {
    DONE,
    NOT_LEADER,
    INDETERMINATE,
    CANCELLED,
    FORGOTTEN,
    SILENCE,
    BREAK
  }

  /// @param stream how many streams were opened before this one
  /// @param after the sequence that it must follow
  record Received(int stream, long session, long sequence, long since, long after) {}

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final Function<Received, Answer> script;
  private final Server server;
  private final ScriptedNode guide;

  ScriptedStreamNode(Function<Received, Answer> script) throws IOException {
    this.script = script;
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Service())
            .build()
            .start();
    String address = "127.0.0.1:" + server.getPort();
    guide =
        ScriptedNode.start(
            _ ->
                new ScriptedNode.Reply.Json(
                    200,
                    """
                    {"id":"2","role":"follower","term":1,"leader":"1","leaderAddress":"%s",\
                    "commitIndex":5}\
                    """
                        .formatted(address)));
  }

  Endpoint endpoint() {
    return guide.endpoint();
  }

  /// What came in, in its order.
  List<Received> received() {
    return List.copyOf(received);
  }

  @Override
  public void close() throws IOException {
    server.shutdownNow();
    guide.close();
  }

  private final class Service extends ClientGrpc.ClientImplBase {
    @Override
    public StreamObserver<CommandBatch> submit(StreamObserver<OutcomeBatch> outcomes) {
      int stream = streams.getAndIncrement();
      return new StreamObserver<>() {
        @Override
        public void onNext(CommandBatch batch) {
          batch.getRequestsList().forEach(request -> answer(stream, request, outcomes));
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  private void answer(int stream, CommandRequest request, StreamObserver<OutcomeBatch> outcomes) {
    Received one =
        new Received(
            stream,
            request.getSession(),
            request.getSequence(),
            request.getSince(),
            request.getAfter());
    received.add(one);
    CommandOutcome.Builder outcome =
        CommandOutcome.newBuilder()
            .setSession(request.getSession())
            .setSequence(request.getSequence());
    switch (script.apply(one)) {
      case DONE -> {
        Done done = Done.newBuilder().setIndex(received.size()).setTerm(1).setOk(true).build();
        send(outcome.setDone(done), outcomes);
      }
      case NOT_LEADER -> {
        NotLeader hint = NotLeader.newBuilder().setAddress("127.0.0.1:" + server.getPort()).build();
        send(outcome.setNotLeader(hint), outcomes);
      }
      case INDETERMINATE ->
          send(
              outcome.setIndeterminate(Indeterminate.newBuilder().setReason("no quorum")),
              outcomes);
      case CANCELLED -> send(outcome.setCancelled(Cancelled.newBuilder().setIndex(1)), outcomes);
      case FORGOTTEN -> send(outcome.setForgotten(Forgotten.getDefaultInstance()), outcomes);
      case SILENCE -> {}
      case BREAK -> outcomes.onError(Status.UNAVAILABLE.asException());
    }
  }

  private static void send(CommandOutcome.Builder outcome, StreamObserver<OutcomeBatch> outcomes) {
    outcomes.onNext(OutcomeBatch.newBuilder().addOutcomes(outcome).build());
  }
}
