package io.raftctl.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.witness.Witnesses;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What was written down of a run gives the same run again.
class ScriptTest {
  private static void assertSame(long seed, Choice choice) {
    Simulation.Played played = Simulation.play(seed, choice, Witnesses.none(), Sabotage.NONE);
    Script script = played.script();

    Simulation.Report again = Simulation.run(script);

    assertThat(again.traceHash()).as("seed %d", seed).isEqualTo(played.report().traceHash());
    assertThat(again.acknowledged()).isEqualTo(played.report().acknowledged());
    assertThat(again.lost()).isEqualTo(played.report().lost());
  }

  @Test
  void theScriptOfASeedGivesTheSameRun() {
    for (long seed = 1; seed <= 40; seed++) {
      assertSame(seed, Choice.NONE);
    }
  }

  @Test
  void soItDoesWithAllFaults() {
    Set<Fault> all = EnumSet.allOf(Fault.class);
    for (long seed = 1; seed <= 10; seed++) {
      assertSame(seed, new Choice(5, all));
    }
  }
}
