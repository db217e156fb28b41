package io.raftctl.server.served;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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
import io.raftctl.transport.Address;
import io.raftctl.transport.Link;
import io.raftctl.transport.grpc.Channels;
import io.raftctl.transport.grpc.IoThread;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Asks other nodes what an operator asked of this one. Not subject to faults: those cut what nodes
/// tell each other for themselves, and an operator must see behind them.
///
/// Each question opens a connection of its own, because a kept one would remember for minutes that
/// its node was down. Callers wait, so they come on threads of their own.
public final class PeerAdmin {
  private static final Duration STATUS_MAX = Duration.ofMillis(500);
  private static final Duration CHANGE_MAX = Duration.ofSeconds(3);
  private static final Duration WISH_MAX = Duration.ofSeconds(5);

  private final ServedNode served;
  private final IoThread io;

  public PeerAdmin(ServedNode served, IoThread io) {
    this.served = served;
    this.io = io;
  }

  /// What the node says of itself; null where it does not answer in time, or where somebody else
  /// answers in its place.
  public @Nullable StatusReply status(NodeId node) {
    try {
      StatusReply reply =
          ask(node, STATUS_MAX, stub -> stub.status(StatusRequest.getDefaultInstance()));
      boolean theOneMeant =
          reply.getId().equals(node.value()) && reply.getCluster().equals(served.cluster());
      return theOneMeant ? reply : null;
    } catch (Problem unreachable) {
      return null;
    }
  }

  /// What the node's program replied from an entry on; null where it does not answer in time.
  public @Nullable RepliesReply replies(NodeId node, long first, int countMax) {
    RepliesRequest request =
        RepliesRequest.newBuilder().setFirstIndex(first).setCountMax(countMax).build();
    try {
      return ask(node, STATUS_MAX, stub -> stub.replies(request));
    } catch (Problem unreachable) {
      return null;
    }
  }

  /// @param link one direction, or null for everything
  public FaultsReply block(NodeId node, @Nullable Link link) throws Problem {
    BlockRequest.Builder request = BlockRequest.newBuilder();
    if (link != null) {
      request.setFrom(link.from().value()).setTo(link.to().value());
    }
    return ask(node, CHANGE_MAX, stub -> stub.block(request.build()));
  }

  /// @param link one direction, or null for everything
  public FaultsReply unblock(NodeId node, @Nullable Link link) throws Problem {
    UnblockRequest.Builder request = UnblockRequest.newBuilder();
    if (link != null) {
      request.setFrom(link.from().value()).setTo(link.to().value());
    }
    return ask(node, CHANGE_MAX, stub -> stub.unblock(request.build()));
  }

  /// Asks the cluster to know this node at its address, as a member that is to vote.
  ///
  /// @param incarnation of this node's data directory
  public void introduce(Address member, Address own, long incarnation) throws Problem {
    ChangeMembersRequest request =
        ChangeMembersRequest.newBuilder()
            .setCluster(served.cluster())
            .putAdd(served.id().value(), own.toString())
            .setVote(true)
            .setIncarnation(incarnation)
            .build();
    ChangeMembersReply _ = ask("a member", member, WISH_MAX, stub -> stub.changeMembers(request));
  }

  /// Passes a wish for other members on to the leader.
  public void change(NodeId leader, ChangeMembersRequest request) throws Problem {
    ChangeMembersRequest passed = request.toBuilder().setPassedOn(true).build();
    ChangeMembersReply _ = ask(leader, WISH_MAX, stub -> stub.changeMembers(passed));
  }

  private <T> T ask(NodeId node, Duration atMost, Function<AdminGrpc.AdminBlockingStub, T> question)
      throws Problem {
    Address address = served.addressOf(node);
    if (address == null) {
      throw new Problem(
          Problem.Code.NOT_FOUND,
          "there is no node " + node,
          "the nodes are " + served.members().keySet());
    }
    return ask("node " + node, address, atMost, question);
  }

  private <T> T ask(
      String whom,
      Address address,
      Duration atMost,
      Function<AdminGrpc.AdminBlockingStub, T> question)
      throws Problem {
    ManagedChannel channel;
    try {
      channel = Channels.open(io, Channels.resolve(address));
    } catch (UnknownHostException e) {
      throw unreachable(whom, address, "its name is not known");
    }
    try {
      return question.apply(
          AdminGrpc.newBlockingStub(channel)
              .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
        throw new Problem(
            Problem.Code.INDETERMINATE,
            "%s at %s has not answered in time".formatted(whom, address),
            "see whether it runs, or ask it at its own HTTP port");
      }
      if (Problem.isSpoken(e)) {
        throw Problem.of(e);
      }
      Problem.Code code = Problem.Code.of(e.getStatus());
      String description = String.valueOf(e.getStatus().getDescription());
      throw code == Problem.Code.UNAVAILABLE
          ? unreachable(whom, address, description.lines().findFirst().orElse(""))
          : new Problem(code, description, whom + " says so");
    } finally {
      channel.shutdownNow();
    }
  }

  private static Problem unreachable(String whom, Address address, String why) {
    return new Problem(
        Problem.Code.UNAVAILABLE,
        "%s at %s cannot be reached: %s".formatted(whom, address, why),
        "see whether it runs, or ask it at its own HTTP port");
  }
}
