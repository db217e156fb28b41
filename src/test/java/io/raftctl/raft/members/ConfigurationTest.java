package io.raftctl.raft.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Who decides, before, during and after a change (§6; thesis §4).
class ConfigurationTest {
  private static SortedSet<NodeId> nodes(Integer... ids) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    Arrays.stream(ids).forEach(id -> nodes.add(new NodeId(id.toString())));
    return nodes;
  }

  private static Change change(SortedSet<NodeId> voters, Integer... learners) {
    return new Change(voters, nodes(learners));
  }

  private static final Configuration THREE = Configuration.of(nodes(1, 2, 3));

  @Nested
  class Deciding {
    @Test
    void aMajorityDecides() {
      assertThat(THREE.decided(nodes(1, 3)::contains)).isTrue();
      assertThat(THREE.decided(nodes(2)::contains)).isFalse();
      assertThat(Configuration.EMPTY.decided(_ -> true)).isFalse();
    }

    @Test
    void duringAChangeBothMajoritiesMustAgree() {
      Configuration joint = change(nodes(3, 4, 5)).from(THREE);
      assertThat(joint.joint()).isTrue();
      assertThat(joint.decided(nodes(1, 2, 3)::contains)).isFalse();
      assertThat(joint.decided(nodes(3, 4, 5)::contains)).isFalse();
      assertThat(joint.decided(nodes(2, 3, 4)::contains)).isTrue();
    }

    @Test
    void learnersCountForNothing() {
      Configuration learning = change(nodes(1, 2, 3), 4, 5).from(THREE);
      assertThat(learning.joint()).isFalse();
      assertThat(learning.decided(nodes(1, 4, 5)::contains)).isFalse();
      assertThat(learning.members()).isEqualTo(nodes(1, 2, 3, 4, 5));
    }

    /// Against the definition: a number is reached if those who have reached it can decide.
    @Test
    void aNumberIsReachedWhereThoseWhoReachedItCanDecide() {
      SplittableRandom random = new SplittableRandom(7);
      for (int round = 0; round < 2_000; round++) {
        SortedSet<NodeId> voters = draw(random);
        SortedSet<NodeId> outgoing = random.nextBoolean() ? new TreeSet<>() : draw(random);
        Configuration configuration =
            new Configuration(voters, outgoing, new TreeSet<>(), new TreeSet<>());
        TreeMap<NodeId, Long> numbers = new TreeMap<>();
        configuration.members().forEach(node -> numbers.put(node, (long) random.nextInt(5)));
        long expected = 0;
        for (long number = 0; number < 5; number++) {
          long least = number;
          expected = configuration.decided(node -> numbers.get(node) >= least) ? least : expected;
        }
        assertThat(configuration.reached(numbers::get)).isEqualTo(expected);
      }
    }

    private static SortedSet<NodeId> draw(SplittableRandom random) {
      SortedSet<NodeId> drawn = nodes(1 + random.nextInt(7));
      for (int more = random.nextInt(6); more > 0; more--) {
        drawn.addAll(nodes(1 + random.nextInt(7)));
      }
      return drawn;
    }
  }

  @Nested
  class Changing {
    /// Every change of at most two voters of three or four: no two sets that can decide in
    /// consecutive configurations are apart.
    @Test
    void whoeverDecidesBeforeAndAfterEachStepHasAMemberInCommon() {
      SortedSet<NodeId> all = nodes(1, 2, 3, 4, 5);
      for (SortedSet<NodeId> before : subsets(all)) {
        for (SortedSet<NodeId> after : subsets(all)) {
          Configuration first = Configuration.of(before);
          Configuration next = change(after).from(first);
          overlap(first, next, all);
          if (next.joint()) {
            overlap(next, next.left(), all);
          }
        }
      }
    }

    private static void overlap(Configuration one, Configuration next, SortedSet<NodeId> all) {
      for (SortedSet<NodeId> some : subsets(all)) {
        if (one.decided(some::contains)) {
          assertThat(next.decided(node -> !some.contains(node)))
              .as("%s decide in %s, all others in %s", some, one, next)
              .isFalse();
        }
      }
    }

    private static List<SortedSet<NodeId>> subsets(SortedSet<NodeId> all) {
      List<NodeId> nodes = List.copyOf(all);
      List<SortedSet<NodeId>> subsets = new ArrayList<>();
      for (int bits = 1; bits < 1 << nodes.size(); bits++) {
        SortedSet<NodeId> subset = new TreeSet<>();
        for (int bit = 0; bit < nodes.size(); bit++) {
          if ((bits >> bit & 1) == 1) {
            subset.add(nodes.get(bit));
          }
        }
        subsets.add(subset);
      }
      return subsets;
    }

    @Test
    void oneVoterMoreOrLessNeedsNoJointStep() {
      assertThat(change(nodes(1, 2, 3, 4)).from(THREE).joint()).isFalse();
      assertThat(change(nodes(1, 2)).from(THREE).joint()).isFalse();
      assertThat(change(nodes(1, 2, 4)).from(THREE).joint()).isTrue();
    }

    @Test
    void whoLeavesIsRemovedForGood() {
      Configuration two = change(nodes(1, 2)).from(THREE);
      assertThat(two.removed()).isEqualTo(nodes(3));
      assertThatThrownBy(() -> change(nodes(1, 2, 3)).from(two))
          .hasMessage("node 3 was removed, and an id is not used again; take a new one");
      Configuration joint = change(nodes(4, 5)).from(two);
      assertThat(joint.removed()).isEqualTo(nodes(3));
      assertThat(joint.left().removed()).isEqualTo(nodes(1, 2, 3));
    }

    @Test
    void aLearnerThatIsPromotedOrDroppedIsNoneAnyMore() {
      Configuration learning = change(nodes(1, 2, 3), 4, 5).from(THREE);
      Configuration promoted = change(nodes(1, 2, 3, 4)).from(learning);
      assertThat(promoted.voters()).isEqualTo(nodes(1, 2, 3, 4));
      assertThat(promoted.learners()).isEmpty();
      assertThat(promoted.removed()).isEqualTo(nodes(5));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
      assertThatThrownBy(() -> change(nodes()).from(THREE)).hasMessageContaining("without voters");
      assertThatThrownBy(() -> change(nodes(1, 2), 3).from(THREE)).hasMessageContaining("votes");
      assertThatThrownBy(() -> change(nodes(1, 2, 3), 3).from(THREE))
          .hasMessageContaining("both vote and learn");
      Configuration joint = change(nodes(4, 5)).from(THREE);
      assertThatThrownBy(() -> change(nodes(1)).from(joint)).hasMessageContaining("under way");
    }
  }

  @Nested
  class InTheLog {
    private final Configuration two = Configuration.of(nodes(1, 2));
    private final Configuration four = Configuration.of(nodes(1, 2, 3, 4));
    private final Configurations log = new Configurations(THREE);

    @Test
    void theLastOneCounts() {
      log.append(5, four);
      log.append(9, two);
      assertThat(log.latest()).isEqualTo(two);
      assertThat(log.at(4)).isEqualTo(THREE);
      assertThat(log.at(5)).isEqualTo(four);
      assertThat(log.at(8)).isEqualTo(four);
    }

    @Test
    void oneThatIsTakenOutOfTheLogCountsNoLonger() {
      log.append(5, four);
      log.append(9, two);
      log.truncateFrom(9);
      assertThat(log.latest()).isEqualTo(four);
      log.truncateFrom(1);
      assertThat(log.latest()).isEqualTo(THREE);
      assertThat(log.latestIndex()).isZero();
    }

    @Test
    void allThatAreTakenOutAtOnceCountNoLonger() {
      log.append(5, four);
      log.append(9, two);
      log.truncateFrom(5);
      assertThat(log.latest()).isEqualTo(THREE);
      assertThat(log.latestIndex()).isZero();
    }

    @Test
    void compactionKeepsWhatCounts() {
      log.append(5, four);
      log.append(9, two);
      log.compactTo(7);
      assertThat(log.at(7)).isEqualTo(four);
      assertThat(log.latest()).isEqualTo(two);
      assertThatThrownBy(() -> log.at(6)).isInstanceOf(IllegalArgumentException.class);
      log.truncateFrom(8);
      assertThat(log.latest()).isEqualTo(four);
      log.restart(20, two);
      assertThat(log.latest()).isEqualTo(two);
    }

    @Test
    void anOlderOneCannotFollow() {
      log.append(5, four);
      assertThatThrownBy(() -> log.append(5, two)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class AsBytes {
    @Test
    void everyPartSurvives() {
      Configuration joint =
          change(nodes(2, 10), 7)
              .from(change(nodes(1, 2, 3)).from(Configuration.of(nodes(1, 2, 3, 4))));
      assertThat(ConfigurationFormat.decode(ConfigurationFormat.encode(joint))).isEqualTo(joint);
      Configuration reached =
          new Change(nodes(2, 10), nodes(7), nodes(7), addresses("10=a:1,7=[::1]:2"))
              .from(joint.left());
      assertThat(ConfigurationFormat.decode(ConfigurationFormat.encode(reached)))
          .isEqualTo(reached);
      assertThat(reached.joining()).isEqualTo(nodes(7));
      assertThat(reached.addresses()).isEqualTo(addresses("10=a:1,7=[::1]:2"));
    }

    /// What the versions before this one wrote: voters 1 and 2, removed 3.
    @Test
    void aConfigurationWithoutAddressesIsReadToo() {
      byte[] first = {1, 0, 0, 0, 2, 1, '1', 1, '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, '3'};
      assertThat(ConfigurationFormat.decode(first))
          .isEqualTo(new Configuration(nodes(1, 2), nodes(), nodes(), nodes(3)));
    }

    private static SortedMap<NodeId, String> addresses(String text) {
      SortedMap<NodeId, String> addresses = new TreeMap<>();
      for (String member : text.split(",")) {
        String[] parts = member.split("=", 2);
        addresses.put(new NodeId(parts[0]), parts[1]);
      }
      return addresses;
    }

    @Test
    void incarnationsComeBackAndAreLeftOutWhereNoneIsKnown() {
      TreeMap<NodeId, Long> met = new TreeMap<>();
      met.put(new NodeId("1"), 1L);
      met.put(new NodeId("3"), Long.MAX_VALUE);
      met.put(new NodeId("9"), 5L); // No member.
      Configuration known = THREE.recording(met);
      assertThat(known.incarnations()).containsOnlyKeys(new NodeId("1"), new NodeId("3"));
      byte[] bytes = ConfigurationFormat.encode(known);
      assertThat(bytes[0]).isEqualTo((byte) 3);
      assertThat(ConfigurationFormat.decode(bytes)).isEqualTo(known);
      assertThat(ConfigurationFormat.encode(THREE)[0]).isEqualTo((byte) 2);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> ConfigurationFormat.decode(cut))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }

    @Test
    void onlyTheFirstRecordOfAMemberCounts() {
      TreeMap<NodeId, Long> met = new TreeMap<>();
      met.put(new NodeId("1"), 10L);
      Configuration known = THREE.recording(met);
      met.put(new NodeId("1"), 11L);
      assertThat(known.recording(met)).isEqualTo(known);
      assertThat(known.trusts(new NodeId("1"), 10)).isTrue();
      assertThat(known.disowns(new NodeId("1"), 11)).isTrue();
      assertThat(known.trusts(new NodeId("2"), 20)).as("not on record").isFalse();
      assertThat(known.disowns(new NodeId("2"), 20)).isFalse();
      assertThat(THREE.trusts(new NodeId("2"), 20)).as("nobody is on record").isTrue();
    }

    @Test
    void whateverIsCutOrUnknownIsRefused() {
      byte[] bytes = ConfigurationFormat.encode(THREE);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> ConfigurationFormat.decode(cut))
            .isInstanceOf(IllegalArgumentException.class);
      }
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThatThrownBy(() -> ConfigurationFormat.decode(longer)).hasMessageContaining("behind");
      bytes[0] = 4;
      assertThatThrownBy(() -> ConfigurationFormat.decode(bytes))
          .hasMessageContaining("unknown version");
    }
  }
}
