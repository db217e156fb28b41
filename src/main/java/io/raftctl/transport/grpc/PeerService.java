package io.raftctl.transport.grpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.raftctl.proto.v1.Arrived;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.proto.v1.PeerGrpc;
import io.raftctl.proto.v1.PeerMessage;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.transport.Address;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes what peers send. Whom a batch comes from and whom it is meant for is settled before one of
/// its messages is read, so that the term of a foreign cluster never reaches this node.
public final class PeerService extends PeerGrpc.PeerImplBase {
  private static final int NAME_CHARS_MAX = 64;
  private static final int REASON_CHARS_MAX = 300;

  private final String cluster;
  private final NodeId self;
  private final Admission admission;
  private final Faults faults;
  private final Traffic traffic;
  private final Consumer<Input.Received> node;
  private final Complaints complaints;

  /// @param admission who of this cluster may speak to this node
  /// @param node takes the messages and never waits
  /// @param log hears of those who were refused, one line now and then
  public PeerService(
      String cluster,
      NodeId self,
      Admission admission,
      Faults faults,
      Traffic traffic,
      Consumer<Input.Received> node,
      Consumer<String> log) {
    this.cluster = cluster;
    this.self = self;
    this.admission = admission;
    this.faults = faults;
    this.traffic = traffic;
    this.node = node;
    this.complaints = new Complaints(log);
  }

  @Override
  public StreamObserver<PeerBatch> deliver(StreamObserver<Arrived> answers) {
    return new Inbound(answers);
  }

  /// Why this batch is not for this node, or null where it is.
  private @Nullable String foreign(PeerBatch batch) {
    if (!batch.getCluster().equals(cluster)) {
      return "it calls itself of cluster '%s', and what it reached is of '%s'"
          .formatted(shown(batch.getCluster()), cluster);
    }
    if (!batch.getTo().equals(self.value())) {
      return "it looks for node '%s', this is node '%s'".formatted(shown(batch.getTo()), self);
    }
    return NodeId.isLegal(batch.getFrom()) && !batch.getFrom().equals(self.value())
        ? null
        : "its id '%s' can be no peer's of this node".formatted(shown(batch.getFrom()));
  }

  private List<Message> decode(PeerBatch batch) throws MalformedMessageException {
    NodeId from = new NodeId(batch.getFrom());
    List<Message> messages = new ArrayList<>(batch.getMessagesCount());
    for (PeerMessage message : batch.getMessagesList()) {
      messages.add(MessageCodec.decode(message, from, self));
    }
    return messages;
  }

  private void deliver(NodeId from, long incarnation, List<Message> messages) {
    for (Message message : messages) {
      if (faults.cutsFrom(from)) {
        traffic.droppedByFault.increment();
      } else {
        traffic.received.increment();
        node.accept(new Input.Received(message, incarnation));
      }
    }
  }

  /// One stream of one peer, on the thread that serves its connection.
  private final class Inbound implements StreamObserver<PeerBatch> {
    private final StreamObserver<Arrived> answers;
    private @Nullable Address address;
    private long incarnation = Incarnation.UNTOLD;
    private boolean ended;

    Inbound(StreamObserver<Arrived> answers) {
      this.answers = answers;
    }

    @Override
    public void onNext(PeerBatch batch) {
      if (ended) {
        return;
      }
      String foreign = foreign(batch);
      if (foreign != null) {
        refuse(Status.FAILED_PRECONDITION, batch, foreign);
        return;
      }
      NodeId from = new NodeId(batch.getFrom());
      try {
        if (!batch.getAddress().isEmpty()) {
          address = Address.parse(batch.getAddress());
        }
        if (batch.getIncarnation() != Incarnation.UNTOLD) {
          incarnation = batch.getIncarnation();
        }
      } catch (IllegalArgumentException malformed) {
        refuse(Status.INVALID_ARGUMENT, batch, "it gave an address that is none");
        return;
      }
      Admission.Refusal refusal = admission.refusal(from, incarnation, address);
      if (refusal != null) {
        Status status = refusal.forGood() ? Status.PERMISSION_DENIED : Status.FAILED_PRECONDITION;
        refuse(status, batch, refusal.why());
        return;
      }
      try {
        deliver(from, incarnation, decode(batch));
      } catch (MalformedMessageException malformed) {
        refuse(
            Status.INVALID_ARGUMENT,
            batch,
            "it sent " + shown(String.valueOf(malformed.getMessage()), REASON_CHARS_MAX));
        return;
      }
      if (batch.getAsk() != 0) {
        answers.onNext(Arrived.newBuilder().setAsk(batch.getAsk()).build());
      }
    }

    private void refuse(Status status, PeerBatch batch, String why) {
      ended = true;
      traffic.refused.increment();
      complaints.complain(
          "refused a node that calls itself '" + shown(batch.getFrom()) + "': " + why);
      answers.onError(status.withDescription(why).asRuntimeException());
    }

    @Override
    public void onError(Throwable error) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      if (!ended) {
        ended = true;
        answers.onCompleted();
      }
    }
  }

  /// What a stranger sent, fit for one line of a log.
  private static String shown(String text) {
    return shown(text, NAME_CHARS_MAX);
  }

  private static String shown(String text, int charsMax) {
    String front = text.length() <= charsMax ? text : text.substring(0, charsMax) + "...";
    return front.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
