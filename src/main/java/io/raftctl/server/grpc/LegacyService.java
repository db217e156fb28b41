package io.raftctl.server.grpc;

import io.grpc.stub.StreamObserver;
import io.raftctl.node.Outcome;
import io.raftctl.proto.CommandSize;
import io.raftctl.proto.legacy.ClientRequestArgs;
import io.raftctl.proto.legacy.ClientRequestResult;
import io.raftctl.proto.legacy.RpcGrpc;
import io.raftctl.server.served.Limits;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// The contract of the Go project that raftctl grew from, for its clients.
///
/// True means what it meant there: the command stands in a leader's log. Here that leader waits for
/// the commit before it says so, so true is said of a command that is committed, or that could not
/// be committed in time and still may be. False: it was certainly not accepted; try another node.
public final class LegacyService extends RpcGrpc.RpcImplBase {
  private final ServedNode served;

  public LegacyService(ServedNode served) {
    this.served = served;
  }

  @Override
  public void clientRequest(ClientRequestArgs request, StreamObserver<ClientRequestResult> answer) {
    byte[] command = request.getCmd().getBytes(StandardCharsets.UTF_8);
    if (command.length > CommandSize.BYTES_MAX) {
      answer.onError(Problem.tooLarge().toException());
      return;
    }
    // Nobody is told the id, so nobody can send it again: no session has to remember it.
    RequestId id = new RequestId(ThreadLocalRandom.current().nextLong(), 1);
    SessionCommand plain = new SessionCommand.Plain(id, command);
    served.node().submit(plain, Limits.TIMEOUT_DEFAULT, outcome -> answer(answer, outcome));
  }

  private static void answer(StreamObserver<ClientRequestResult> answer, Outcome outcome) {
    boolean inTheLog =
        switch (outcome) {
          case Outcome.Done done -> true;
          case Outcome.Indeterminate indeterminate -> true;
          case Outcome.NotLeader notLeader -> false;
          case Outcome.Unavailable unavailable -> false;
          case Outcome.Denied denied -> false;
          case Outcome.Known known ->
              throw new AssertionError("no plain command ends so: " + known);
        };
    answer.onNext(ClientRequestResult.newBuilder().setIsLeader(inTheLog).build());
    answer.onCompleted();
  }
}
