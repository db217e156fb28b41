package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/// What somebody names goes wrong, and nothing else does.
class NamedFaultsTest {
  /// What is chosen changes that only: the rest of a world is still what its seed draws.
  @Test
  void theRestIsAsTheSeedDraws() {
    for (long seed = 1; seed <= 50; seed++) {
      SimulationConfig drawn = SimulationConfig.of(seed);
      SimulationConfig chosen =
          SimulationConfig.of(seed, new Choice(7, EnumSet.of(Fault.CLOCK_JUMP)));
      assertThat(chosen.nodes()).isEqualTo(7);
      assertThat(chosen.jumps()).isTrue();
      assertThat(chosen.crashes() || chosen.partitions() || chosen.fills()).isFalse();
      assertThat(chosen.lossRate()).isZero();
      assertThat(chosen.segmentBytes()).isEqualTo(drawn.segmentBytes());
      assertThat(chosen.features()).isEqualTo(drawn.features());
      assertThat(chosen.limits()).isEqualTo(drawn.limits());
      assertThat(chosen.electionTicks()).isEqualTo(drawn.electionTicks());
      assertThat(SimulationConfig.of(seed, new Choice(drawn.nodes(), null))).isEqualTo(drawn);
    }
  }
}
