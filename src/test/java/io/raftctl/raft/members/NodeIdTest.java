package io.raftctl.raft.members;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.NodeId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of nodes.
class NodeIdTest {
  /// It may come from a rotten snapshot, or from a stranger.
  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a/b", "\n", "a\u0000b", "a\u0085", "\u2028", "\u001b[2J"})
  void whatIsNoIdIsRefusedInOneLine(String value) {
    assertThatThrownBy(() -> new NodeId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("' is not a node id: use 1 to 64 letters, digits, '.', '_' or '-'")
        .hasMessageMatching("[^\\p{Cc}\\p{Zl}\\p{Zp}]+");
  }
}
