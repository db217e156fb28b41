package io.raftctl.simulation.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Configuration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemberHistoryTest {
  private final MemberHistory history = new MemberHistory();

  private static SortedSet<NodeId> nodes(String ids) {
    SortedSet<NodeId> nodes = new TreeSet<>();
    ids.chars().forEach(id -> nodes.add(new NodeId(Character.toString(id))));
    return nodes;
  }

  private static Configuration of(String voters, String outgoing) {
    return new Configuration(nodes(voters), nodes(outgoing), nodes(""), nodes(""));
  }

  /// Voters 1 to 3; node 4 joins, at an address.
  private static Configuration joining(String address) {
    SortedMap<NodeId, String> addresses = new TreeMap<>();
    addresses.put(new NodeId("4"), address);
    return new Configuration(
        nodes("123"), nodes(""), nodes("4"), nodes(""), nodes("4"), addresses, new TreeMap<>());
  }

  @ParameterizedTest(name = "{0}+{1} to {2}+{3}")
  @CsvSource({
    "123, '', 1234, ''",
    "1234, '', 123, ''",
    "12, '', 1, ''",
    "123, '', 145, 123",
    "145, 123, 145, ''",
    "123, '', 123, ''"
  })
  void whatMayFollowEachOther(String voters, String outgoing, String next, String nextOutgoing) {
    history.follow(of(voters, outgoing));
    assertThatCode(() -> history.follow(of(next, nextOutgoing))).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}+{1} to {2}+{3}")
  @CsvSource({
    "123, '', 12345, ''",
    "123, '', 145, ''",
    "12, '', 34, ''",
    "145, 123, 167, ''",
    "1, '', 2, ''"
  })
  void whatCouldDecideApart(String voters, String outgoing, String next, String nextOutgoing) {
    history.follow(of(voters, outgoing));
    assertThatThrownBy(() -> history.follow(of(next, nextOutgoing)))
        .isInstanceOf(Violation.class)
        .hasMessageStartingWith("quorums: ");
  }

  @Test
  void whoJoinsIsCountedWhenItVotesOrIsRemoved() {
    history.follow(joining("here"));
    history.follow(of("1234", ""));
    assertThat(history.joins()).isEqualTo(1);
    assertThat(history.changes()).isEqualTo(2);

    MemberHistory other = new MemberHistory();
    other.follow(joining("here"));
    other.follow(new Configuration(nodes("123"), nodes(""), nodes(""), nodes("4")));
    assertThat(other.dismissals()).isEqualTo(1);
    assertThat(other.joins()).isZero();
  }

  @Test
  void anotherAddressOfTheSameMemberIsAMove() {
    history.follow(joining("here"));
    history.follow(joining("here"));
    assertThat(history.moves()).isZero();
    history.follow(joining("there"));
    assertThat(history.moves()).isEqualTo(1);
    assertThat(history.changes()).isEqualTo(1);
  }

  /// A removed node may hold the last whole copy, and nobody asks it.
  @Test
  void anEntryThatOnlyARemovedNodeHoldsWholeIsLost() {
    Safety safety = new Safety(List.copyOf(nodes("12")));
    EntryId entry = new EntryId(1, 1);
    for (NodeId node : nodes("12")) {
      safety.disk(node).synced(HardState.INITIAL, List.of(entry));
    }
    safety.disk(new NodeId("1")).rots(entry);
    assertThat(safety.isLost()).isFalse();
    safety.history().follow(new Configuration(nodes("1"), nodes(""), nodes(""), nodes("2")));
    assertThat(safety.isLost()).isTrue();
  }
}
