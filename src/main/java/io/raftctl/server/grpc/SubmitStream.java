package io.raftctl.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.raftctl.node.Outcome;
import io.raftctl.proto.CommandSize;
import io.raftctl.proto.v1.CommandBatch;
import io.raftctl.proto.v1.CommandOutcome;
import io.raftctl.proto.v1.CommandRequest;
import io.raftctl.proto.v1.Forgotten;
import io.raftctl.proto.v1.Indeterminate;
import io.raftctl.proto.v1.NotLeader;
import io.raftctl.proto.v1.OutcomeBatch;
import io.raftctl.proto.v1.Refused;
import io.raftctl.proto.v1.Unavailable;
import io.raftctl.raft.Input.Consistency;
import io.raftctl.raft.NodeId;
import io.raftctl.server.served.Limits;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.statemachine.session.Fate;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.Stamp;
import io.raftctl.transport.grpc.IoThread;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One stream of commands and their outcomes.
///
/// Commands go to the node in the order in which they came. Outcomes come back on the node's
/// threads and are gathered; the I/O thread sends all that are there as one batch. At most
/// [#REQUESTS_MAX] requests are under way (and the batch that went past it): a client that sends
/// more, or does not read its outcomes, is not read from until it catches up.
final class SubmitStream implements StreamObserver<CommandBatch> {
  static final int REQUESTS_MAX = 4096;

  private static final long REQUEST_BYTES_MAX = 32 << 20;
  private static final long BATCH_BYTES_MAX = 256 << 10;

  private final ServedNode served;
  private final IoThread io;
  private final ServerCallStreamObserver<OutcomeBatch> responses;
  private final ConcurrentLinkedQueue<Answered> answered = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean awake = new AtomicBoolean();

  // From here on: touched by the I/O thread only.
  private int underWay;
  private long bytesUnderWay;
  private boolean reading = true;
  private boolean clientDone;
  private boolean over;

  /// @param bytes of the command, to be given back to the bound
  private record Answered(CommandOutcome.Builder outcome, int bytes) {}

  SubmitStream(ServedNode served, IoThread io, StreamObserver<OutcomeBatch> responses) {
    this.served = served;
    this.io = io;
    this.responses = (ServerCallStreamObserver<OutcomeBatch>) responses;
    this.responses.disableAutoRequest();
    this.responses.setOnReadyHandler(this::drain);
    this.responses.setOnCancelHandler(() -> over = true);
    this.responses.request(1);
  }

  @Override
  public void onNext(CommandBatch batch) {
    for (CommandRequest request : batch.getRequestsList()) {
      underWay++;
      bytesUnderWay += request.getCommand().size();
      submit(request);
    }
    reading = false;
    readOn();
  }

  /// Asks for the next batch as long as there is room for what is under way.
  private void readOn() {
    if (!reading && !over && underWay < REQUESTS_MAX && bytesUnderWay < REQUEST_BYTES_MAX) {
      reading = true;
      responses.request(1);
    }
  }

  private void submit(CommandRequest request) {
    int bytes = request.getCommand().size();
    CommandOutcome.Builder outcome =
        CommandOutcome.newBuilder()
            .setSession(request.getSession())
            .setSequence(request.getSequence());
    if (bytes > CommandSize.BYTES_MAX) {
      refuse(outcome, Problem.tooLarge().message(), bytes);
    } else if (request.getSequence() <= 0) {
      refuse(outcome, "the requests of a session are counted up from 1", bytes);
    } else if (request.getReadOnly()) {
      read(request, outcome, bytes);
    } else {
      propose(request, outcome, bytes);
    }
  }

  private void read(CommandRequest request, CommandOutcome.Builder outcome, int bytes) {
    try {
      served.checkReadable();
    } catch (Problem problem) {
      refuse(outcome, problem.message(), bytes);
      return;
    }
    served
        .node()
        .read(
            request.getCommand().toByteArray(),
            consistency(request),
            timeout(request),
            result -> answer(outcome, result, bytes));
  }

  private void propose(CommandRequest request, CommandOutcome.Builder outcome, int bytes) {
    SessionCommand command;
    try {
      command = command(request);
    } catch (IllegalArgumentException e) {
      refuse(outcome, String.valueOf(e.getMessage()), bytes);
      return;
    }
    served.node().submit(command, timeout(request), result -> answer(outcome, result, bytes));
  }

  /// @throws IllegalArgumentException where what it says of its session makes no sense
  private SessionCommand command(CommandRequest request) {
    RequestId id = new RequestId(request.getSession(), request.getSequence());
    byte[] command = request.getCommand().toByteArray();
    if (!request.hasSince()) {
      return served.firstTry(id, command);
    }
    long settledBelow = request.getSettledBelow() == 0 ? 1 : request.getSettledBelow();
    return new SessionCommand.Once(
        new Stamp(id, request.getSince(), settledBelow, request.getAfter()), command);
  }

  private static Consistency consistency(CommandRequest request) {
    return switch (request.getConsistency()) {
      case READ_CONSISTENCY_LEASE -> Consistency.LEASE;
      case READ_CONSISTENCY_STALE -> Consistency.STALE;
      case READ_CONSISTENCY_LINEARIZABLE, UNRECOGNIZED -> Consistency.LINEARIZABLE;
    };
  }

  private static Duration timeout(CommandRequest request) {
    return timeout(request.getTimeoutMillis());
  }

  static Duration timeout(int millis) {
    if (millis == 0) {
      return Limits.TIMEOUT_DEFAULT;
    }
    // Unsigned on the wire; what is too long for an int comes as a negative one.
    return Duration.ofMillis(
        Math.min(Integer.toUnsignedLong(millis), Limits.TIMEOUT_MAX.toMillis()));
  }

  private void refuse(CommandOutcome.Builder outcome, String reason, int bytes) {
    gather(outcome.setRefused(Refused.newBuilder().setReason(reason)), bytes);
  }

  /// Called by threads of the node.
  private void answer(CommandOutcome.Builder outcome, Outcome result, int bytes) {
    switch (result) {
      case Outcome.Done done -> outcome.setDone(Fates.done(done.id(), done.reply()));
      case Outcome.Known known when known.fate() instanceof Fate.Cancelled cancelled ->
          outcome.setCancelled(Fates.cancelled(cancelled));
      case Outcome.Known _ -> outcome.setForgotten(Forgotten.getDefaultInstance());
      case Outcome.NotLeader notLeader -> outcome.setNotLeader(notLeader(notLeader.leader()));
      case Outcome.Unavailable unavailable ->
          outcome.setUnavailable(Unavailable.newBuilder().setReason(unavailable.reason()));
      case Outcome.Denied denied -> throw new AssertionError("no command ends so: " + denied);
      case Outcome.Indeterminate indeterminate ->
          outcome.setIndeterminate(Indeterminate.newBuilder().setReason(indeterminate.reason()));
    }
    gather(outcome, bytes);
  }

  private NotLeader.Builder notLeader(@Nullable NodeId leader) {
    NotLeader.Builder wire = NotLeader.newBuilder();
    if (leader != null) {
      wire.setLeader(leader.value()).setAddress(String.valueOf(served.addressOf(leader)));
    }
    return wire;
  }

  private void gather(CommandOutcome.Builder outcome, int bytes) {
    answered.add(new Answered(outcome, bytes));
    if (awake.compareAndSet(false, true)) {
      io.execute(this::drain);
    }
  }

  /// Sends what has been answered, unless the client does not read: then it stays under way.
  private void drain() {
    awake.set(false);
    while (!over && responses.isReady() && !answered.isEmpty()) {
      responses.onNext(nextBatch());
    }
    if (clientDone && underWay == 0 && !over) {
      over = true;
      responses.onCompleted();
    }
    readOn();
  }

  private OutcomeBatch nextBatch() {
    OutcomeBatch.Builder batch = OutcomeBatch.newBuilder();
    long bytes = 0;
    while (bytes < BATCH_BYTES_MAX) {
      Answered next = answered.poll();
      if (next == null) {
        break;
      }
      batch.addOutcomes(next.outcome);
      bytes += next.outcome.getDone().getReply().length();
      underWay--;
      bytesUnderWay -= next.bytes;
    }
    return batch.build();
  }

  @Override
  public void onError(Throwable error) {
    over = true;
  }

  @Override
  public void onCompleted() {
    clientDone = true;
    drain();
  }
}
