package io.raftctl.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Where a node that knows `1` and `2` by its settings reaches the others.
class WhereaboutsTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final NodeId THREE = new NodeId("3");
  private static final Address ALIAS = new Address("alias-of-2", 1);
  private static final Address HERE = new Address("here", 1);
  private static final Address THERE = new Address("there", 1);
  private static final Address ELSEWHERE = new Address("elsewhere", 1);

  private final Whereabouts whereabouts = new Whereabouts(settings());

  private static TreeMap<NodeId, Address> settings() {
    TreeMap<NodeId, Address> settings = new TreeMap<>();
    settings.put(ONE, new Address("host-1", 1));
    settings.put(TWO, ALIAS);
    return settings;
  }

  /// All three are members; the log says where the third one is.
  private static Configuration recorded(Address third) {
    TreeMap<NodeId, String> addresses = new TreeMap<>();
    addresses.put(THREE, third.toString());
    return new Configuration(
        new TreeSet<>(List.of(ONE, TWO, THREE)),
        new TreeSet<>(),
        new TreeSet<>(),
        new TreeSet<>(),
        new TreeSet<>(),
        addresses,
        new TreeMap<>());
  }

  @Test
  void theLogHasTheLastWordAndTheSettingsFillIn() {
    assertThat(whereabouts.members()).containsOnlyKeys(ONE, TWO);
    whereabouts.follow(recorded(HERE));
    assertThat(whereabouts.of(TWO)).isEqualTo(ALIAS);
    assertThat(whereabouts.of(THREE)).isEqualTo(HERE);
    whereabouts.follow(Configuration.of(List.of(TWO)));
    assertThat(whereabouts.members()).containsOnlyKeys(TWO);
  }

  @Test
  void whoHasMovedIsAnsweredWhereItSaysUntilTheLogSaysAnythingNew() {
    whereabouts.follow(recorded(HERE));
    assertThat(whereabouts.told(THREE, THERE)).isTrue();
    assertThat(whereabouts.told(THREE, THERE)).as("nothing new").isFalse();
    assertThat(whereabouts.of(THREE)).isEqualTo(THERE);

    whereabouts.follow(recorded(HERE));
    assertThat(whereabouts.of(THREE)).as("the log has nothing new").isEqualTo(THERE);
    whereabouts.follow(recorded(ELSEWHERE));
    assertThat(whereabouts.of(THREE)).isEqualTo(ELSEWHERE);
    whereabouts.follow(recorded(HERE));
    assertThat(whereabouts.of(THREE)).as("what was said is forgotten").isEqualTo(HERE);
  }

  @Test
  void whomTheLogDoesNotPlaceIsReachedAsTheSettingsSay() {
    whereabouts.follow(recorded(HERE));
    assertThat(whereabouts.told(TWO, ELSEWHERE)).isFalse();
    assertThat(whereabouts.of(TWO)).isEqualTo(ALIAS);
  }

  @Test
  void whomNothingPlacesIsAnsweredWhereItSaysUntilTheLogDoes() {
    Configuration members = Configuration.of(List.of(ONE, THREE));
    whereabouts.follow(members);
    assertThat(whereabouts.of(THREE)).isNull();
    assertThat(whereabouts.told(THREE, THERE)).isTrue();
    whereabouts.follow(members);
    assertThat(whereabouts.of(THREE)).isEqualTo(THERE);
    whereabouts.follow(recorded(HERE));
    assertThat(whereabouts.of(THREE)).isEqualTo(HERE);
  }
}
