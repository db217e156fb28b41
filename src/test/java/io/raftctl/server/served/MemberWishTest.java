package io.raftctl.server.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Change;
import io.raftctl.raft.members.Configuration;
import io.raftctl.transport.Address;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What operators want of the members, and the change that leads there.
class MemberWishTest {
  private static final Configuration THREE = Configuration.of(nodes("1", "2", "3"));

  /// Where the three are reached by the settings of whoever is asked.
  private static final SortedMap<NodeId, Address> KNOWN = new TreeMap<>();

  static {
    THREE.members().forEach(node -> KNOWN.put(node, Address.parse("n" + node + ":8080")));
  }

  private static SortedSet<NodeId> nodes(String... ids) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    Arrays.stream(ids).forEach(id -> nodes.add(new NodeId(id)));
    return nodes;
  }

  private static MemberWish add(String id, boolean vote) throws Problem {
    return MemberWish.of(Map.of(id, "n" + id + ":8080"), List.of(), List.of(), vote);
  }

  private static MemberWish move(String id, String address) throws Problem {
    return MemberWish.of(Map.of(id, address), List.of(), List.of(), false);
  }

  private static MemberWish promote(String... ids) throws Problem {
    return MemberWish.of(Map.of(), List.of(ids), List.of(), false);
  }

  private static MemberWish remove(String... ids) throws Problem {
    return MemberWish.of(Map.of(), List.of(), List.of(ids), false);
  }

  private static Configuration after(Configuration before, MemberWish... wishes) throws Problem {
    Configuration now = before;
    for (MemberWish wish : wishes) {
      Configuration next = Objects.requireNonNull(wish.from(now, KNOWN)).from(now);
      now = next.joint() ? next.left() : next;
    }
    return now;
  }

  @Test
  void whoIsAddedLearnsAndVotesLaterIfWanted() throws Exception {
    Configuration learning = after(THREE, add("4", false));
    assertThat(learning.voters()).isEqualTo(THREE.voters());
    assertThat(learning.learners()).isEqualTo(nodes("4"));
    assertThat(learning.joining()).isEmpty();
    assertThat(after(THREE, add("4", true)).joining()).isEqualTo(nodes("4"));
  }

  /// A newcomer has no settings to find the others by.
  @Test
  void theFirstChangeRecordsWhereEverybodyIsReached() throws Exception {
    assertThat(after(THREE, add("4", false)).addresses())
        .hasToString("{1=n1:8080, 2=n2:8080, 3=n3:8080, 4=n4:8080}");
  }

  @Test
  void whatTheLogSaysOfAnAddressStandsAgainstTheSettings() throws Exception {
    Configuration moved = after(THREE, move("1", "other:8080"), add("4", false));
    assertThat(moved.addresses()).containsEntry(new NodeId("1"), "other:8080");
  }

  @Test
  void aMemberThatMovesKeepsItsRole() throws Exception {
    Configuration moved = after(THREE, add("4", true), move("4", "other:8080"));
    assertThat(moved.addresses()).containsEntry(new NodeId("4"), "other:8080");
    assertThat(moved.joining()).isEqualTo(nodes("4"));
    assertThat(after(moved, move("2", "other:8082")).voters()).isEqualTo(THREE.voters());
  }

  @Test
  void whoIsPromotedJoinsNoLonger() throws Exception {
    Configuration promoted = after(THREE, add("4", true), promote("4"));
    assertThat(promoted.voters()).isEqualTo(nodes("1", "2", "3", "4"));
    assertThat(promoted.learners()).isEmpty();
    assertThat(promoted.joining()).isEmpty();
  }

  @Test
  void aReplacementIsOneChange() throws Exception {
    MemberWish wish = MemberWish.of(Map.of("4", "n4:8080"), List.of("4"), List.of("2"), false);
    Configuration replaced = after(THREE, wish);
    assertThat(replaced.voters()).isEqualTo(nodes("1", "3", "4"));
    assertThat(replaced.removed()).isEqualTo(nodes("2"));
  }

  @Test
  void whatIsSoAlreadyIsNoChange() throws Exception {
    Configuration learning = after(THREE, add("4", true));
    assertThat(change(learning, add("4", true))).isNull();
    assertThat(change(learning, add("4", false))).isNull();
    assertThat(change(learning, promote("1"))).isNull();
    assertThat(change(after(learning, remove("2")), remove("2"))).isNull();
  }

  /// A founder that says where it is need not be written down if it is found there; elsewhere it
  /// is.
  @Test
  void whoIsWhereTheSettingsHaveItIsNotWrittenDown() throws Exception {
    assertThat(change(THREE, move("2", "n2:8080"))).isNull();
    assertThat(after(THREE, move("2", "other:8080")).addresses())
        .containsEntry(new NodeId("2"), "other:8080");
  }

  private static @Nullable Change change(Configuration before, MemberWish wish) throws Problem {
    return wish.from(before, KNOWN);
  }

  @Test
  void anIdIsNotUsedAgain() throws Exception {
    Configuration without = after(THREE, remove("2"));
    Problem problem = refusal(without, add("2", true));
    assertThat(problem.code()).isEqualTo(Problem.Code.DENIED);
    assertThat(problem.message()).contains("an id is not used again");
    assertThat(problem.hint()).contains("take a new id");
  }

  @Test
  void somebodyMustBeLeftToVote() throws Exception {
    Problem problem = refusal(THREE, remove("1", "2", "3"));
    assertThat(problem.code()).isEqualTo(Problem.Code.DENIED);
    assertThat(problem.message()).isEqualTo("nobody would be left to vote");
  }

  @Test
  void nobodyBothStaysAndGoes() throws Exception {
    MemberWish wish = MemberWish.of(Map.of("2", "n2:8080"), List.of(), List.of("2"), false);
    assertThat(refusal(THREE, wish).code()).isEqualTo(Problem.Code.INVALID);
  }

  @Test
  void whoIsNoMemberIsNeitherPromotedNorRemoved() throws Exception {
    for (MemberWish wish : List.of(promote("9"), remove("9"))) {
      Problem problem = refusal(THREE, wish);
      assertThat(problem.code()).isEqualTo(Problem.Code.NOT_FOUND);
      assertThat(problem.message()).isEqualTo("node 9 is no member; the members are [1, 2, 3]");
    }
  }

  private static Problem refusal(Configuration before, MemberWish wish) {
    return catchThrowableOfType(Problem.class, () -> wish.from(before, KNOWN));
  }

  @ParameterizedTest
  @CsvSource({"a b, n4:8080", "4, n4", "4, n4:x"})
  void anIdOrAnAddressThatIsNoneIsRefused(String id, String address) {
    Problem problem = catchThrowableOfType(Problem.class, () -> move(id, address));
    assertThat(problem.code()).isEqualTo(Problem.Code.INVALID);
  }

  /// It stands in a line of a log or a header of gRPC, and repeats what somebody wrote.
  @Test
  void aRefusalIsOneLineOfSomeLengthWhateverItRepeats() {
    for (String id : List.of("4\n5", "4".repeat(1 << 20))) {
      Problem problem =
          catchThrowableOfType(
              Problem.class, () -> MemberWish.of(Map.of(), List.of(id), List.of(), false));
      assertThat(problem.message()).doesNotContain("\n").hasSizeLessThan(2000);
      assertThat(problem.toException().getMessage()).contains("; docs");
    }
  }
}
