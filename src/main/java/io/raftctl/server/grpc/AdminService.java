package io.raftctl.server.grpc;

import io.grpc.stub.StreamObserver;
import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.AdminGrpc;
import io.raftctl.proto.v1.BlockRequest;
import io.raftctl.proto.v1.ChangeMembersReply;
import io.raftctl.proto.v1.ChangeMembersRequest;
import io.raftctl.proto.v1.FaultsReply;
import io.raftctl.proto.v1.RepliesReply;
import io.raftctl.proto.v1.RepliesRequest;
import io.raftctl.proto.v1.StatusReply;
import io.raftctl.proto.v1.StatusRequest;
import io.raftctl.proto.v1.UnblockRequest;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.server.served.Limits;
import io.raftctl.server.served.MemberWish;
import io.raftctl.server.served.PeerAdmin;
import io.raftctl.server.served.Problem;
import io.raftctl.server.served.ServedNode;
import io.raftctl.transport.Address;
import io.raftctl.transport.Link;
import java.util.function.BiConsumer;

/// Answers what operators, and nodes on their behalf, ask of this node over gRPC. A blocked node
/// answers too: only its links to peers are cut.
public final class AdminService extends AdminGrpc.AdminImplBase {
  private final ServedNode served;

  private final PeerAdmin peers;

  private final BiConsumer<NodeId, Address> introduced;

  /// @param introduced hears of nodes that want the cluster to know where they are
  public AdminService(ServedNode served, PeerAdmin peers, BiConsumer<NodeId, Address> introduced) {
    this.served = served;
    this.peers = peers;
    this.introduced = introduced;
  }

  @Override
  public void changeMembers(
      ChangeMembersRequest request, StreamObserver<ChangeMembersReply> answer) {
    NodeId leader = served.node().status().leader();
    try {
      requireOurs(request.getCluster());
      MemberWish wish = wish(request);
      requireSameDirectory(wish, request.getIncarnation());
      if (request.getVote()) {
        introduce(wish, request.getIncarnation());
      }
      if (leader != null && !leader.equals(served.id()) && !request.getPassedOn()) {
        Thread.ofVirtual().name("members").start(() -> passOn(leader, request, answer));
      } else {
        served.change(wish, Limits.TIMEOUT_DEFAULT, outcome -> tell(outcome, answer));
      }
    } catch (Problem problem) {
      answer.onError(problem.toException());
    }
  }

  private void requireOurs(String cluster) throws Problem {
    if (!cluster.equals(served.cluster())) {
      throw new Problem(
          Problem.Code.DENIED,
          "this node is of cluster '" + served.cluster() + "', not of '" + cluster + "'",
          "say --cluster " + served.cluster() + " to join it");
    }
  }

  /// Whoever came back on another data directory is moved nowhere: the one that is known may run.
  private void requireSameDirectory(MemberWish wish, long incarnation) throws Problem {
    Configuration members = served.node().status().committedMembers();
    for (NodeId node : wish.add().keySet()) {
      if (incarnation != 0 && members.disowns(node, incarnation)) {
        throw new Problem(Problem.Code.DENIED, Change.refusalOfDisowned(node), "");
      }
    }
  }

  /// By the log alone, which may say more than is known to be committed.
  private void introduce(MemberWish wish, long incarnation) {
    Configuration members = served.node().status().members();
    wish.add()
        .forEach(
            (node, address) -> {
              if (incarnation == 0 || !members.disowns(node, incarnation)) {
                introduced.accept(node, address);
              }
            });
  }

  private static MemberWish wish(ChangeMembersRequest request) throws Problem {
    return MemberWish.of(
        request.getAddMap(), request.getPromoteList(), request.getRemoveList(), request.getVote());
  }

  private void passOn(
      NodeId leader, ChangeMembersRequest request, StreamObserver<ChangeMembersReply> answer) {
    try {
      peers.change(leader, request);
      answer.onNext(ChangeMembersReply.getDefaultInstance());
      answer.onCompleted();
    } catch (Problem problem) {
      answer.onError(problem.toException());
    }
  }

  private void tell(Outcome outcome, StreamObserver<ChangeMembersReply> answer) {
    if (outcome instanceof Outcome.Done) {
      answer.onNext(ChangeMembersReply.getDefaultInstance());
      answer.onCompleted();
    } else {
      answer.onError(served.problemOfWish(outcome).toException());
    }
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusReply> answer) {
    answer.onNext(served.status());
    answer.onCompleted();
  }

  @Override
  public void replies(RepliesRequest request, StreamObserver<RepliesReply> answer) {
    answer.onNext(served.replies(request.getFirstIndex(), Math.max(0, request.getCountMax())));
    answer.onCompleted();
  }

  @Override
  public void block(BlockRequest request, StreamObserver<FaultsReply> answer) {
    change(
        answer,
        () -> {
          if (request.getFrom().isEmpty() && request.getTo().isEmpty()) {
            served.faults().block();
          } else {
            served.faults().block(link(request.getFrom(), request.getTo()));
          }
        });
  }

  @Override
  public void unblock(UnblockRequest request, StreamObserver<FaultsReply> answer) {
    change(
        answer,
        () -> {
          if (request.getFrom().isEmpty() && request.getTo().isEmpty()) {
            served.faults().unblock();
          } else {
            served.faults().unblock(link(request.getFrom(), request.getTo()));
          }
        });
  }

  /// A change of this node's faults.
  private interface FaultsChange {
    void make() throws Problem;
  }

  /// On a thread of its own: a change of the packet filter waits for another program.
  private void change(StreamObserver<FaultsReply> answer, FaultsChange change) {
    Thread.ofVirtual()
        .name("faults")
        .start(
            () -> {
              try {
                change.make();
                answer.onNext(served.faultsReply());
                answer.onCompleted();
              } catch (Problem problem) {
                answer.onError(problem.toException());
              }
            });
  }

  private static Link link(String from, String to) throws Problem {
    try {
      return new Link(new NodeId(from), new NodeId(to));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()));
    }
  }
}
