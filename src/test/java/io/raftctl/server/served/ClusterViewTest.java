package io.raftctl.server.served;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.proto.v1.StatusReply;
import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Who leads is judged from what all nodes say.
class ClusterViewTest {
  private static final Map<NodeId, Address> MEMBERS = members("1", "2", "3");

  private static Map<NodeId, Address> members(String... ids) {
    Map<NodeId, Address> members = new TreeMap<>();
    for (String id : ids) {
      members.put(new NodeId(id), new Address("127.0.0.1", 8080));
    }
    return members;
  }

  private static StatusReply.Builder node(String id, String role, long term) {
    return StatusReply.newBuilder().setId(id).setRole(role).setTerm(term);
  }

  private static ClusterView view(StatusReply.Builder... nodes) {
    Map<NodeId, StatusReply> replies = new TreeMap<>();
    for (StatusReply.Builder node : nodes) {
      replies.put(new NodeId(node.getId()), node.build());
    }
    return ClusterView.of("test", MEMBERS, MEMBERS.keySet(), replies);
  }

  @Test
  void theLeaderIsWhoSaysSo() {
    ClusterView view =
        view(node("1", "follower", 4), node("2", "leader", 4), node("3", "follower", 4));
    assertThat(view.leader()).isEqualTo(new NodeId("2"));
    assertThat(view.term()).isEqualTo(4);
  }

  @Test
  void aDeposedLeaderThatDoesNotKnowItDoesNotCount() {
    ClusterView view =
        view(
            node("1", "leader", 4).setBlocked(true),
            node("2", "leader", 5),
            node("3", "follower", 5));
    assertThat(view.leader()).isEqualTo(new NodeId("2"));
  }

  @Test
  void aBlockedLeaderLeadsNobody() {
    ClusterView view =
        view(
            node("1", "leader", 4).setBlocked(true),
            node("2", "follower", 4),
            node("3", "candidate", 6));
    assertThat(view.leader()).isNull();
    assertThat(view.term()).isEqualTo(6);
  }

  @Test
  void aLeaderWithoutAMajorityLeadsNobody() {
    assertThat(view(node("1", "leader", 4)).leader()).isNull();
    assertThat(
            view(
                    node("1", "leader", 4),
                    node("2", "follower", 4).setBlocked(true),
                    node("3", "follower", 4).setBlocked(true))
                .leader())
        .isNull();
    assertThat(
            view(
                    node("1", "leader", 4).addAllBlockedLinks(List.of("1>2", "3>1")),
                    node("2", "follower", 4),
                    node("3", "follower", 4))
                .leader())
        .isNull();
  }

  @Test
  void oneCutLinkOfThreeNodesLeavesAMajority() {
    ClusterView view =
        view(
            node("1", "leader", 4),
            node("2", "follower", 4).addBlockedLinks("1>2"),
            node("3", "follower", 4));
    assertThat(view.leader()).isEqualTo(new NodeId("1"));
  }

  @Test
  void aLoneNodeLeadsItself() {
    Map<NodeId, StatusReply> replies =
        Map.of(new NodeId("1"), node("1", "leader", 1).setBlocked(true).build());
    assertThat(ClusterView.of("test", members("1"), members("1").keySet(), replies).leader())
        .isEqualTo(new NodeId("1"));
  }

  @Test
  void lagIsWhatIsCommittedSomewhereAndNotAppliedHere() {
    ClusterView view =
        view(
            node("1", "leader", 4).setCommitIndex(10).setAppliedIndex(10),
            node("2", "follower", 4).setCommitIndex(12).setAppliedIndex(7));
    assertThat(view.rows()).extracting(ClusterView.Row::lag).containsExactly(2L, 5L, 0L);
    assertThat(view.rows().get(2).status()).isNull();
  }
}
