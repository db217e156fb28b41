package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.simulation.SimulatedDisk;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Crashes at every operation of the disk, with many different losses each. [Twin] judges what
/// comes back: everything that was synced, nothing that was never written, no mix.
final class CrashTest {
  private static final int FATES = 16;

  @Test
  void aPowerLossAtAnyOperationLosesNothingThatWasSynced() {
    long operations = operationsOfTheTour();
    assertThat(operations).isBetween(100L, 300L);
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < FATES; fate++) {
        powerLoss(operation, fate, false);
      }
    }
  }

  @Test
  void aPowerLossDuringTheRecoveryFromAnotherLosesNothingEither() {
    long operations = operationsOfTheTour();
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < FATES / 4; fate++) {
        powerLoss(operation, fate, true);
      }
    }
  }

  @Test
  void aProcessThatDiesAtAnyOperationLosesNothingEvenWhenThePowerFailsLater() {
    long operations = operationsOfTheTour();
    for (long operation = 1; operation <= operations; operation++) {
      Script script = tourUntil(operation, 7);
      script.disk.kill();
      script.goOn(new SplittableRandom(operation));
      script.disk.crash();
      script.start();
    }
  }

  /// The tour up to a crash, then another life up to a second crash, then a third one.
  private static void powerLoss(long operation, int fate, boolean duringRecovery) {
    SplittableRandom random = new SplittableRandom(operation * 10_000 + fate);
    Script script = tourUntil(operation, fate);
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

  private static Script tourUntil(long operation, int fate) {
    Script script =
        new Script(
            new SimulatedDisk("disk", new SplittableRandom(operation * 1000 + fate)), new Twin());
    script.disk.crashAfter(operation);
    assertThat(Script.crashes(script::tour)).isTrue();
    return script;
  }

  private static long operationsOfTheTour() {
    Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
    script.tour();
    return script.disk.operations();
  }
}
