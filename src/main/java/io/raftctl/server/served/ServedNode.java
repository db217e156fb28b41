package io.raftctl.server.served;

import io.raftctl.node.Node;
import io.raftctl.node.NodeStatus;
import io.raftctl.node.Outcome;
import io.raftctl.proto.v1.FaultsReply;
import io.raftctl.proto.v1.StatusReply;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import io.raftctl.transport.Link;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The node as the services see it: the node itself, and what it is called and where it is reached.
///
/// @param members where all nodes of the cluster are reached, this one included
public record ServedNode(
    String cluster, NodeId id, SortedMap<NodeId, Address> members, Node node, FaultControl faults) {
  /// Where a node is reached, or null where it is not known.
  public @Nullable Address addressOf(@Nullable NodeId member) {
    return member == null ? null : members.get(member);
  }

  public StatusReply status() {
    NodeStatus status = node.status();
    NodeId leader = status.leader();
    return StatusReply.newBuilder()
        .setCluster(cluster)
        .setId(id.value())
        .setAddress(String.valueOf(addressOf(id)))
        .setRole(status.role())
        .setTerm(status.term())
        .setCommitIndex(status.commitIndex())
        .setAppliedIndex(status.appliedIndex())
        .setLastIndex(status.lastIndex())
        .setFirstIndex(status.firstIndex())
        .setSnapshotIndex(status.snapshotIndex())
        .setBlocked(faults.blocked())
        .setLeader(leader == null ? "" : leader.value())
        .addAllBlockedLinks(blockedLinks())
        .build();
  }

  public FaultsReply faultsReply() {
    return FaultsReply.newBuilder()
        .setBlocked(faults.blocked())
        .addAllBlockedLinks(blockedLinks())
        .build();
  }

  private List<String> blockedLinks() {
    return faults.links().stream().map(Link::toString).toList();
  }

  /// What a command or read that was not done is answered with.
  public Problem problem(Outcome outcome) {
    return switch (outcome) {
      case Outcome.NotLeader notLeader ->
          Problem.notLeader(notLeader.leader(), addressOf(notLeader.leader()));
      case Outcome.Unavailable unavailable ->
          new Problem(Problem.Code.UNAVAILABLE, unavailable.reason(), "not applied; try it again");
      case Outcome.Indeterminate indeterminate ->
          new Problem(
              Problem.Code.INDETERMINATE,
              indeterminate.reason(),
              "it may or may not be applied; look before you send it again");
      case Outcome.Done done -> throw new AssertionError("nothing is wrong with " + done);
    };
  }
}
