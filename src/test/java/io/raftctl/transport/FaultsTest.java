package io.raftctl.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftctl.raft.NodeId;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final NodeId ONE = new NodeId("1");
  private static final NodeId TWO = new NodeId("2");
  private static final NodeId THREE = new NodeId("3");

  private final Faults faults = new Faults(ONE);

  @Test
  void cutsNothingAtFirst() {
    assertThat(faults.blocked()).isFalse();
    assertThat(faults.cutsTo(TWO)).isFalse();
    assertThat(faults.cutsFrom(TWO)).isFalse();
  }

  @Test
  void aBlockCutsEveryLinkBothWays() {
    faults.block();

    assertThat(faults.blocked()).isTrue();
    assertThat(faults.cutsTo(TWO)).isTrue();
    assertThat(faults.cutsFrom(THREE)).isTrue();
  }

  @Test
  void aSingleDirectionCutsNothingElse() {
    faults.block(new Link(TWO, ONE));

    assertThat(faults.cutsFrom(TWO)).isTrue();
    assertThat(faults.cutsTo(TWO)).isFalse();
    assertThat(faults.cutsFrom(THREE)).isFalse();
    assertThat(faults.blocked()).isFalse();
    assertThat(faults.links()).containsExactly(new Link(TWO, ONE));
  }

  @Test
  void healingOneDirectionLeavesTheOthers() {
    faults.block(new Link(ONE, TWO));
    faults.block(new Link(TWO, ONE));

    faults.unblock(new Link(ONE, TWO));

    assertThat(faults.cutsTo(TWO)).isFalse();
    assertThat(faults.cutsFrom(TWO)).isTrue();
  }

  @Test
  void unblockHealsSingleDirectionsToo() {
    faults.block(new Link(ONE, TWO));
    faults.block();

    faults.unblock();

    assertThat(faults.blocked()).isFalse();
    assertThat(faults.links()).isEmpty();
    assertThat(faults.cutsTo(TWO)).isFalse();
  }

  @Test
  void refusesALinkOfOthers() {
    assertThatThrownBy(() -> faults.block(new Link(TWO, THREE)))
        .hasMessage("node 1 is no end of the link 2>3");
  }

  @Test
  void aLinkReadsAsItIsWritten() {
    assertThat(Link.parse("1>2")).isEqualTo(new Link(ONE, TWO)).hasToString("1>2");
    assertThatThrownBy(() -> Link.parse("1-2")).hasMessageContaining("it looks like 1>2");
    assertThatThrownBy(() -> Link.parse("1>1")).hasMessageContaining("two ends");
  }
}
