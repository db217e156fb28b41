package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.simulation.config.Swarm;
import io.raftctl.simulation.config.Trouble;
import io.raftctl.simulation.config.WorldConfig;
import io.raftctl.simulation.coverage.Coverage;
import io.raftctl.simulation.coverage.Mark;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import io.raftctl.simulation.witness.ClientHistory;
import io.raftctl.simulation.witness.Witnesses;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What somebody names goes wrong, and nothing else does.
class NamedFaultsTest {
  private static final int SEEDS = 6;

  /// All that shows that something went wrong with a world.
  private static final Set<Mark> WRONG =
      EnumSet.of(
          Mark.POWER_FAILED,
          Mark.PROCESS_KILLED,
          Mark.DISK_FAILED,
          Mark.NODE_PAUSED,
          Mark.MACHINE_LOST,
          Mark.CUT_FULL,
          Mark.CUT_ONE_WAY,
          Mark.CUT_BRIDGE,
          Mark.CUT_RING,
          Mark.LEADER_FLAPPED,
          Mark.CRASH_STORM,
          Mark.CLOCK_JUMPED,
          Mark.ALL_CLOCKS_JUMPED,
          Mark.MESSAGE_LOST,
          Mark.NODE_JOINED,
          Mark.NODE_MOVED,
          Mark.VOTE_LOST_AND_REGAINED,
          Mark.ENTRY_REPAIRED,
          Mark.DISK_FULL_AND_HEALED,
          Mark.DISK_LOST,
          Mark.DISK_HUNG);

  private static Set<Mark> reached(Set<Fault> faults) {
    Coverage coverage = new Coverage();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Witnesses witnesses = new Witnesses(coverage, null, new ClientHistory());
      Simulation.run(seed, new Choice(5, faults), witnesses);
    }
    EnumSet<Mark> reached = EnumSet.allOf(Mark.class);
    coverage.marksMissed().forEach(reached::remove);
    reached.retainAll(WRONG);
    return reached;
  }

  private static List<Mark> expected(Fault fault) {
    return switch (fault) {
      case PARTITION ->
          List.of(
              Mark.CUT_FULL, Mark.CUT_ONE_WAY, Mark.CUT_BRIDGE, Mark.CUT_RING, Mark.MESSAGE_LOST);
      case FLAPPING_LEADER -> List.of(Mark.LEADER_FLAPPED, Mark.MESSAGE_LOST);
      case SLOW_DISK -> List.of(Mark.DISK_HUNG);
      case FULL_DISK -> List.of(Mark.DISK_FULL_AND_HEALED);
      case CRASH_STORM -> List.of(Mark.POWER_FAILED, Mark.PROCESS_KILLED, Mark.CRASH_STORM);
      case CLOCK_JUMP -> List.of(Mark.CLOCK_JUMPED, Mark.ALL_CLOCKS_JUMPED);
      case MEMBERSHIP_CHURN -> List.of(Mark.NODE_MOVED);
      case LOST_DISK -> List.of(Mark.DISK_LOST);
      case BIT_ROT -> List.of(Mark.POWER_FAILED, Mark.VOTE_LOST_AND_REGAINED, Mark.ENTRY_REPAIRED);
    };
  }

  /// What comes with a fault beside what it is about.
  private static boolean comesWith(Fault fault, Mark mark) {
    return switch (fault) {
      // A hanging disk may be that of a node that somebody kills then.
      case SLOW_DISK, BIT_ROT, LOST_DISK ->
          mark == Mark.POWER_FAILED || mark == Mark.PROCESS_KILLED;
      // To move means to be started anew; and some of those that join never hear anything large.
      case MEMBERSHIP_CHURN ->
          mark == Mark.POWER_FAILED
              || mark == Mark.PROCESS_KILLED
              || mark == Mark.MESSAGE_LOST
              || mark == Mark.NODE_JOINED;
      // Without room a node may not even start.
      case FULL_DISK -> mark == Mark.DISK_FAILED;
      case PARTITION, FLAPPING_LEADER, CRASH_STORM, CLOCK_JUMP -> false;
    };
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whatIsNamedGoesWrongAndNothingElse(Fault fault) {
    Set<Mark> reached = reached(EnumSet.of(fault));

    assertThat(reached).containsAll(expected(fault));
    assertThat(reached).allMatch(mark -> expected(fault).contains(mark) || comesWith(fault, mark));
  }

  @Test
  void withoutAnyNothingGoesWrong() {
    assertThat(reached(EnumSet.noneOf(Fault.class))).isEmpty();
  }

  /// Those that exclude others are in some of the worlds only.
  @Test
  void withAllOfThemEachGoesWrong() {
    Set<Mark> reached = reached(EnumSet.allOf(Fault.class));

    EnumSet<Fault> always = EnumSet.range(Fault.PARTITION, Fault.CLOCK_JUMP);
    assertThat(always).allMatch(fault -> reached.containsAll(expected(fault)));
    assertThat(reached).contains(Mark.DISK_LOST, Mark.VOTE_LOST_AND_REGAINED);
  }

  /// What is chosen changes that only: the rest of a world is still what its seed draws.
  @Test
  void theRestIsAsTheSeedDraws() {
    for (long seed = 1; seed <= 50; seed++) {
      Choice jumps = new Choice(7, EnumSet.of(Fault.CLOCK_JUMP));
      WorldConfig drawn = Swarm.of(seed).world();
      WorldConfig chosen = Swarm.of(seed, jumps).world();
      assertThat(chosen.nodes()).isEqualTo(7);
      assertThat(chosen.troubles()).containsExactly(Trouble.JUMPS);
      assertThat(chosen.links().lossRate()).isZero();
      assertThat(chosen.core().segmentBytes()).isEqualTo(drawn.core().segmentBytes());
      assertThat(chosen.core().features()).isEqualTo(drawn.core().features());
      assertThat(chosen.core().limits()).isEqualTo(drawn.core().limits());
      assertThat(chosen.core().electionTicks()).isEqualTo(drawn.core().electionTicks());
      assertThat(Swarm.of(seed, new Choice(drawn.nodes(), null))).isEqualTo(Swarm.of(seed));
    }
  }
}
