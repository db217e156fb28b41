package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.simulation.disk.SimulatedDisk;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Crashes at every operation of the disk, with many different losses each. [Twin] judges what
/// comes back: everything that was synced, nothing that was never written, no mix.
final class CrashTest {
  private static final int FATES = 16;

  /// What a node does, told to a store and its twin.
  enum Tour {
    WRITES(Script::tour),
    SNAPSHOTS(Script::tourOfSnapshots),
    FULL(Script::tourOfAFullDisk);

    @SuppressWarnings("ImmutableEnumChecker") // A method, and no lambda that keeps anything.
    private final Consumer<Script> steps;

    Tour(Consumer<Script> steps) {
      this.steps = steps;
    }

    void of(Script script) {
      steps.accept(script);
    }

    long operations() {
      Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
      of(script);
      return script.disk.operations();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPowerLossAtAnyOperationLosesNothingThatWasSynced(Tour tour) {
    long operations = tour.operations();
    assertThat(operations).isBetween(100L, 400L);
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < FATES; fate++) {
        powerLoss(tour, operation, fate, false);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPowerLossDuringTheRecoveryFromAnotherLosesNothingEither(Tour tour) {
    long operations = tour.operations();
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < FATES / 4; fate++) {
        powerLoss(tour, operation, fate, true);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProcessThatDiesAtAnyOperationLosesNothingEvenWhenThePowerFailsLater(Tour tour) {
    long operations = tour.operations();
    for (long operation = 1; operation <= operations; operation++) {
      Script script = tourUntil(tour, operation, 7);
      script.disk.kill();
      script.goOn(new SplittableRandom(operation));
      script.disk.crash();
      script.start();
    }
  }

  /// What the second process finds may lie in the memory of the operating system only.
  @ParameterizedTest
  @EnumSource
  void aPowerLossDuringTheStartAfterAProcessThatDiedLosesNothingEither(Tour tour) {
    long operations = tour.operations();
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < FATES / 2; fate++) {
        SplittableRandom random = new SplittableRandom(operation * 10_000 + fate);
        Script script = tourUntil(tour, operation, fate);
        script.disk.kill();
        script.disk.crashAfter(1 + random.nextInt(12));
        Script.crashes(script::start);
        script.disk.crash();
        try {
          script.goOn(random);
          script.stop();
          script.start();
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("death at operation " + operation + ", fate " + fate, e);
        }
      }
    }
  }

  /// The tour up to a crash, then another life up to a second crash, then a third one.
  private static void powerLoss(Tour tour, long operation, int fate, boolean duringRecovery) {
    SplittableRandom random = new SplittableRandom(operation * 10_000 + fate);
    Script script = tourUntil(tour, operation, fate);
    script.disk.crash();
    if (duringRecovery) {
      for (int crashes = 0; crashes < 3; crashes++) {
        script.disk.crashAfter(1 + random.nextInt(12));
        Script.crashes(script::start);
        script.disk.crash();
      }
    }
    try {
      script.goOn(random);
      script.disk.crashAfter(1 + random.nextInt(20));
      Script.crashes(() -> script.goOn(random));
      script.disk.crash();
      script.goOn(random);
      script.stop();
      script.start();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("crash at operation " + operation + ", fate " + fate, e);
    }
  }

  private static Script tourUntil(Tour tour, long operation, int fate) {
    Script script =
        new Script(
            new SimulatedDisk("disk", new SplittableRandom(operation * 1000 + fate)), new Twin());
    script.disk.crashAfter(operation);
    assertThat(Script.crashes(() -> tour.of(script))).isTrue();
    return script;
  }
}
