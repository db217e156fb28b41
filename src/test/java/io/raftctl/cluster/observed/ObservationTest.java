package io.raftctl.cluster.observed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
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
    assertThat(even.converged(Set.of("1", "2"))).isTrue();
    assertThat(even.converged(Set.of("1", "2", "3"))).as("3 runs and did not answer").isFalse();
    NodeReport behind = new NodeReport("2", "follower", 2, "1", 6, 6, 7, false, Set.of());
    assertThat(view(node("1", "leader", 2, "1"), behind).converged(Set.of("1", "2"))).isFalse();
  }

  /// Others may write on, so that no two logs are ever alike.
  @Test
  void caughtUpMeansThatAllHaveAppliedSoMuchUnderOneLeader() {
    NodeReport leader = node("1", "leader", 2, "1");
    NodeReport behind = new NodeReport("2", "follower", 2, "1", 6, 6, 7, false, Set.of());
    assertThat(view(leader, behind).caughtUp(Set.of("1", "2"), 6)).isTrue();
    assertThat(view(leader, behind).caughtUp(Set.of("1", "2"), 7)).isFalse();
    assertThat(view(leader, behind).caughtUp(Set.of("1", "2", "3"), 6)).as("3 is silent").isFalse();
    NodeReport elsewhere = new NodeReport("3", "candidate", 3, null, 7, 7, 7, false, Set.of());
    assertThat(view(leader, behind, elsewhere).caughtUp(Set.of("3"), 6)).as("its term").isFalse();
    assertThat(view(behind).caughtUp(Set.of("2"), 6)).as("nobody leads").isFalse();
  }

  @Test
  void onlyVotersMakeAMajority() {
    NodeReport leader = node("1", "leader", 2, "1");
    NodeReport learner = node("4", "learner", 2, "1");
    assertThat(view(leader, learner).leader()).as("one vote of three").isEmpty();
    assertThat(view(leader, learner).majorityCanTalk()).isFalse();
    NodeReport voter = node("2", "follower", 2, "1");
    assertThat(view(leader, learner, voter).leader()).isPresent();
    Observation four = new Observation(sorted("1", "2", "4", "5"), List.of(leader, voter));
    assertThat(four.size()).isEqualTo(4);
    assertThat(four.leader()).as("two votes of four").isEmpty();
  }

  @Test
  void aLeaderThatVotesNoLongerIsOneWhileAMajorityFollowsIt() {
    NodeReport leaving = node("9", "leader", 2, "9");
    assertThat(view(leaving, node("1", "follower", 2, "9")).leader()).isEmpty();
    assertThat(view(leaving, node("1", "follower", 2, "9"), node("2", "follower", 2, "9")).leader())
        .contains(leaving);
  }

  private static Observation view(NodeReport... nodes) {
    return new Observation(sorted("1", "2", "3"), List.of(nodes));
  }

  private static SortedSet<String> sorted(String... ids) {
    return new TreeSet<>(List.of(ids));
  }

  private static NodeReport node(String id, String role, long term, String leader) {
    return new NodeReport(id, role, term, leader, 7, 7, 7, false, Set.of());
  }

  private static NodeReport cut(NodeReport node, String... links) {
    return new NodeReport(
        node.id(), node.role(), node.term(), node.leader(), 7, 7, 7, false, Set.of(links));
  }
}
