package io.raftctl.raft;

import static io.raftctl.raft.kit.Shorthand.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The orders on which decisions rest: of entries, of nodes, and what a majority has reached.
class OrderTest {
  @Test
  void entriesAreOrderedByTermAndThenByIndex() {
    List<EntryId> ordered =
        List.of(EntryId.NONE, at(1, 1), at(2, 1), at(9, 1), at(2, 2), at(3, 2), at(1, 10));
    assertThat(ordered.reversed().stream().sorted()).containsExactlyElementsOf(ordered);
    assertThat(at(Long.MAX_VALUE, 1)).isLessThan(at(1, Long.MAX_VALUE));
  }

  @Test
  void nodesAreOrderedByNumberAndTheNamedOnesComeLast() {
    List<String> ordered = List.of("1", "02", "2", "10", "100", "a", "a-1", "b.c", "node_7");
    Stream<NodeId> nodes = ordered.reversed().stream().map(NodeId::new);
    assertThat(nodes.sorted()).extracting(NodeId::value).containsExactlyElementsOf(ordered);
  }

  @Test
  void nodesAreEqualInOrderOnlyIfTheyAreEqual() {
    String longest = "9".repeat(64);
    for (String one : List.of("1", "01", "001", "a", "A", longest, "9".repeat(18))) {
      for (String other : List.of("1", "01", "001", "a", "A", longest, "9".repeat(18))) {
        int order = new NodeId(one).compareTo(new NodeId(other));
        assertThat(order == 0).isEqualTo(one.equals(other));
        assertThat(Integer.signum(order))
            .isEqualTo(-Integer.signum(new NodeId(other).compareTo(new NodeId(one))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ä", "1\n", "a/b", "a=b", "a,b", "a:1"})
  void aNodeIdHasNothingInItThatAListOfPeersCouldTrip(String value) {
    assertThatThrownBy(() -> new NodeId(value)).isInstanceOf(IllegalArgumentException.class);
  }
}
