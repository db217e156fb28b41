package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.observed.NodeReport;
import io.raftctl.cluster.observed.Observation;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NoticesTest {
  private static final SortedSet<String> VOTERS = new TreeSet<>(Set.of("1", "2", "3"));

  private final Notices notices = new Notices();

  @Test
  void theFirstLeaderIsNoNews() {
    assertThat(notices.next(led("1", 2))).isEmpty();
    assertThat(notices.leaderInWords()).isEqualTo("leader 1 term 2");
  }

  @Test
  void aNewLeaderAndANewTermAreNewsOnce() {
    notices.next(led("1", 2));
    assertThat(notices.next(led("2", 3))).containsExactly("new leader: node 2 leads term 3");
    assertThat(notices.next(led("2", 3))).isEmpty();
    assertThat(notices.next(led("2", 4))).containsExactly("new leader: node 2 leads term 4");
  }

  @Test
  void aSingleViewWithoutALeaderIsNoNews() {
    notices.next(led("1", 2));
    assertThat(notices.next(alone())).isEmpty();
    assertThat(notices.leaderInWords()).isEqualTo("leader 1 term 2");
    assertThat(notices.next(led("1", 2))).isEmpty();
  }

  @Test
  void aLostQuorumIsNewsOnceAndSoIsItsReturn() {
    notices.next(led("1", 2));
    notices.next(alone());
    assertThat(notices.next(alone()))
        .containsExactly("quorum lost: no majority of the 3 nodes runs and is connected");
    assertThat(notices.leaderInWords()).isEqualTo("no leader");
    assertThat(notices.next(alone())).isEmpty();
    assertThat(notices.next(led("1", 2)))
        .containsExactly("a majority is connected again: node 1 leads term 2");
  }

  private static Observation led(String leader, long term) {
    return new Observation(
        VOTERS, List.of(node(leader, "leader", leader, term), node("3", "follower", leader, term)));
  }

  private static Observation alone() {
    return new Observation(VOTERS, List.of(node("3", "candidate", null, 2)));
  }

  private static NodeReport node(String id, String role, String leader, long term) {
    return new NodeReport(id, role, term, leader, 1, 1, 1, false, Set.of());
  }
}
