package io.raftctl.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.repl.LineRunner.Result;
import io.raftctl.simulation.BrokenWorld;
import io.raftctl.simulation.PlayedSeed;
import io.raftctl.simulation.SimulatedStage;
import io.raftctl.simulation.SimulationFailure;
import io.raftctl.simulation.fault.Choice;
import io.raftctl.simulation.fault.Fault;
import io.raftctl.simulation.script.Script;
import io.raftctl.simulation.witness.Witnesses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The run of a seed as a scenario.
class SeedScriptTest {
  private final List<String> reports = new ArrayList<>();
  private final List<SimulatedStage> stages = new ArrayList<>();

  /// @return whether all lines ended with 0
  private boolean run(List<String> lines, SimulatedRunner.Stages worlds) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, UTF_8);
    SimulatedRunner runner =
        new SimulatedRunner(
            failure -> {
              reports.add(failure.reason());
              return 1;
            },
            out,
            null,
            (seed, world, trace) -> {
              SimulatedStage stage = worlds.begin(seed, world, trace);
              stages.add(stage);
              return stage;
            });
    for (String line : lines) {
      Result result = runner.run(line);
      if (result.exitCode() != 0) {
        return false;
      }
    }
    return true;
  }

  private void assertSame(long seed, Choice choice) {
    PlayedSeed played = PlayedSeed.of(seed, choice);

    boolean kept = run(played.script().lines(), SimulatedStage::new);

    assertThat(reports).as("seed %d", seed).isEmpty();
    assertThat(kept).isTrue();
    assertThat(stages.getLast().traceHash()).as("seed %d", seed).isEqualTo(played.traceHash());
  }

  @Test
  void theLinesOfASeedGiveTheSameRun() {
    for (long seed = 1; seed <= 25; seed++) {
      assertSame(seed, Choice.NONE);
    }
  }

  @Test
  void soTheyDoWithAllFaults() {
    for (long seed = 1; seed <= 5; seed++) {
      assertSame(seed, new Choice(0, EnumSet.allOf(Fault.class)));
    }
  }

  /// It fails as the seed did, in the same words.
  @Test
  void theLinesOfWhatIsLeftBreakThePromise() {
    for (long seed = 1; seed <= 100; seed++) {
      try {
        BrokenWorld.run(seed, Choice.NONE, Witnesses.none());
      } catch (SimulationFailure failure) {
        Script left = BrokenWorld.shrink(failure, _ -> {}).script();

        assertThat(run(left.lines(), BrokenWorld::stage)).isFalse();
        assertThat(reports.getLast())
            .startsWith("the nodes broke a promise: " + failure.invariant());
        return;
      }
    }
    throw new AssertionError("no seed shows the bug");
  }

  /// What is left of seeds that once failed, with the bug or the judge's mistake that made them.
  @ParameterizedTest
  @ValueSource(strings = {"leader-stays-where-nobody-has-room", "moved-with-an-empty-log"})
  void whatOnceFailedIsKept(String name) throws IOException {
    try (InputStream stream =
        SeedScriptTest.class.getResourceAsStream("/seeds/" + name + ".raft")) {
      String text = new String(Objects.requireNonNull(stream).readAllBytes(), UTF_8);

      assertThat(run(text.lines().toList(), SimulatedStage::new)).isTrue();
      assertThat(reports).isEmpty();
    }
  }
}
