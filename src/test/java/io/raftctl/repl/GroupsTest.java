package io.raftctl.repl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.raftctl.cluster.ClusterException;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupsTest {
  private static final List<String> ALL = List.of("1", "2", "3", "4");

  @Test
  void areSeparatedByBars() throws Exception {
    assertThat(groups("1", "2", "|", "3", "4")).isEqualTo("1 2 | 3 4");
    assertThat(groups("1", "|", "2", "|", "3", "4")).isEqualTo("1 | 2 | 3 4");
    assertThat(groups("1,2|3,4")).isEqualTo("1 2 | 3 4");
  }

  @Test
  void nodesThatAreLeftOutAreOneSideMore() throws Exception {
    assertThat(groups("2")).isEqualTo("2 | 1 3 4");
    assertThat(groups("1", "|", "2")).isEqualTo("1 | 2 | 3 4");
  }

  @Test
  void mayBeNamedByRole() throws Exception {
    assertThat(groups("leader")).isEqualTo("3 | 1 2 4");
  }

  @Test
  void refuseWhatIsNoPartition() {
    assertRefused("is named twice", "1", "|", "1", "2");
    assertRefused("no node 9", "9", "|", "1");
    assertRefused("two sides");
    assertRefused("two sides", "1", "2", "3", "4");
  }

  private static void assertRefused(String why, String... words) {
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> groups(words))
        .withMessageContaining(why);
  }

  private static String groups(String... words) throws ClusterException {
    return Groups.describe(
        Groups.of(List.of(words), ALL, word -> List.of(word.equals("leader") ? "3" : word)));
  }
}
