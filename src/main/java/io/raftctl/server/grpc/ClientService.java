package io.raftctl.server.grpc;

import io.grpc.stub.StreamObserver;
import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.ClientGrpc;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.OutcomeBatch;
import io.raftctl.proto.v1.OutcomeReply;
import io.raftctl.proto.v1.OutcomeRequest;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.transport.grpc.IoThread;
import java.time.Duration;
import java.util.function.Consumer;

/// Takes commands from clients that keep a connection open.
public final class ClientService extends ClientGrpc.ClientImplBase {
  private final ServedNode served;
  private final IoThread io;

  public ClientService(ServedNode served, IoThread io) {
    this.served = served;
    this.io = io;
  }

  @Override
  public StreamObserver<CommandBatch> submit(StreamObserver<OutcomeBatch> outcomes) {
    return new SubmitStream(served, io, outcomes);
  }

  @Override
  public void outcome(OutcomeRequest request, StreamObserver<OutcomeReply> answer) {
    if (request.getSequence() <= 0 || request.getSince() < 0) {
      Problem problem = Problem.invalid("a request id has a sequence from 1 on");
      answer.onError(problem.toException());
      return;
    }
    RequestId id = new RequestId(request.getSession(), request.getSequence());
    Duration timeout = SubmitStream.timeout(request.getTimeoutMillis());
    Consumer<Outcome> done = outcome -> answer(answer, outcome);
    if (request.getCancel()) {
      served.node().submit(new SessionCommand.Cancel(id, request.getSince()), timeout, done);
    } else {
      served.node().ask(id, request.getSince(), timeout, done);
    }
  }

  private void answer(StreamObserver<OutcomeReply> answer, Outcome outcome) {
    if (outcome instanceof Outcome.Known known) {
      answer.onNext(Fates.reply(known));
      answer.onCompleted();
    } else {
      answer.onError(served.problem(outcome).toException());
    }
  }
}
