package io.raftctl.cluster.observed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservationTest {
  @Test
  void aLeaderIsOneThatAMajorityFollows() {
    Observation view = view(node("1", "leader", 2, "1"), node("2", "follower", 2, "1"));
    assertThat(view.leader()).map(NodeReport::id).contains("1");
  }

  @Test
  void aNodeThatOnlyItselfFollowsIsNoLeader() {
    Observation view =
        view(
            node("1", "leader", 2, "1"),
            node("2", "candidate", 3, null),
            node("3", "follower", 2, null));
    assertThat(view.leader()).isEmpty();
    assertThat(view.majorityCanTalk()).isTrue();
  }

  @Test
  void aLeaderWhoseLinksAreCutIsNone() {
    Observation view =
        view(
            cut(node("1", "leader", 2, "1"), "1>2", "2>1", "1>3", "3>1"),
            node("2", "follower", 2, "1"),
            node("3", "follower", 2, "1"));
    assertThat(view.leader()).isEmpty();
  }

  @Test
  void oneDirectionThatIsCutIsACutLink() {
    Observation view = view(node("1", "leader", 2, "1"), cut(node("2", "follower", 2, "1"), "2>1"));
    assertThat(view.leader()).isEmpty();
  }

  @Test
  void aLeaderThatIsGoneIsNoneAlthoughOthersRememberIt() {
    Observation view = view(node("2", "follower", 2, "1"), node("3", "follower", 2, "1"));
    assertThat(view.leader()).isEmpty();
    assertThat(view.majorityCanTalk()).isTrue();
  }

  @Test
  void aMinorityCannotTalkEnough() {
    assertThat(view(node("1", "leader", 2, "1")).majorityCanTalk()).isFalse();
  }

  @Test
  void convergedMeansThatAllThatRunHoldTheSame() {
    Observation even = view(node("1", "leader", 2, "1"), node("2", "follower", 2, "1"));
    assertThat(even.converged(2)).isTrue();
    assertThat(even.converged(3)).as("one that runs did not answer").isFalse();
    NodeReport behind = new NodeReport("2", "follower", 2, "1", 6, 6, 7, false, Set.of());
    assertThat(view(node("1", "leader", 2, "1"), behind).converged(2)).isFalse();
  }

  private static Observation view(NodeReport... nodes) {
    return new Observation(3, List.of(nodes));
  }

  private static NodeReport node(String id, String role, long term, String leader) {
    return new NodeReport(id, role, term, leader, 7, 7, 7, false, Set.of());
  }

  private static NodeReport cut(NodeReport node, String... links) {
    return new NodeReport(
        node.id(), node.role(), node.term(), node.leader(), 7, 7, 7, false, Set.of(links));
  }
}
