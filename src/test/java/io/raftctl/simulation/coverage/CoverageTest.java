package io.raftctl.simulation.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What counts as reached, and how often.
class CoverageTest {
  private final Coverage coverage = new Coverage();

  @Test
  void aStateCountsOnce() {
    SplittableRandom random = new SplittableRandom(1);
    TreeSet<Long> twin = new TreeSet<>();
    for (int i = 0; i < 20_000; i++) {
      long state = random.nextInt(4) == 0 ? random.nextInt(50) : random.nextLong();
      twin.add(state);
      coverage.state(state);
      coverage.state(state);
    }
    assertThat(coverage.states()).isEqualTo(twin.size());
  }

  @Test
  void aStepCountsOncePerConsequence() {
    EnumSet<Consequence> two = EnumSet.of(Consequence.SENT, Consequence.COMMITTED);
    coverage.step(RoleKind.LEADER, InputKind.APPEND_ACCEPTED, two);
    coverage.step(RoleKind.LEADER, InputKind.APPEND_ACCEPTED, two);
    assertThat(coverage.pairs()).isEqualTo(2);

    coverage.step(RoleKind.FOLLOWER, InputKind.APPEND_ACCEPTED, EnumSet.of(Consequence.NOTHING));
    coverage.step(RoleKind.LEADER, InputKind.TERM_REPLY, EnumSet.of(Consequence.LEADS));
    assertThat(coverage.pairs()).isEqualTo(4);
  }

  @Test
  void aStepWithInputsOfSeveralKindsCountsForNone() {
    Input clock = new Input.Clock(1);
    Input tick = new Input.Tick();
    Input beat =
        new Input.Received(new Message.Heartbeat(new NodeId("1"), new NodeId("2"), 1, 1, 0), 1);

    assertThat(InputKind.only(List.of(clock, tick, tick))).isEqualTo(InputKind.TICK);
    assertThat(InputKind.only(List.of(clock, beat))).isEqualTo(InputKind.HEARTBEAT);
    assertThat(InputKind.only(List.of(clock, tick, beat))).isNull();
    assertThat(InputKind.only(List.of(beat, tick))).isNull();
    assertThat(InputKind.only(List.of(clock))).isNull();

    coverage.step(RoleKind.LEADER, null, EnumSet.of(Consequence.SENT));
    assertThat(coverage.pairs()).isZero();
  }

  @Test
  void aMarkIsMissedUntilItIsReached() {
    assertThat(coverage.marksMissed()).hasSize(Coverage.marksKnown());
    coverage.reach(Mark.CUT_RING);
    coverage.reach(Mark.MESSAGE_LOST, 0);
    coverage.reach(Mark.DISK_LOST, 2);
    assertThat(coverage.marks()).isEqualTo(2);
    assertThat(coverage.marksMissed())
        .contains(Mark.MESSAGE_LOST)
        .doesNotContain(Mark.CUT_RING, Mark.DISK_LOST);
  }
}
