package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.DamagedEntryException;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentedLog;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Errors of the operating system: the first one is final for the process, and the next process
/// finds all that was synced.
final class FailureTest {
  @ParameterizedTest
  @EnumSource
  void anErrorOfAnyOperationEndsTheProcessAndLosesNothingThatWasSynced(CrashTest.Tour tour) {
    long operations = tour.operations();
    for (long operation = 1; operation <= operations; operation++) {
      for (int fate = 0; fate < 12; fate++) {
        try {
          failure(tour, operation, fate);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("error at operation " + operation + ", fate " + fate, e);
        }
      }
    }
  }

  @Test
  void afterAnErrorEveryCallFailsInTheSameWay() {
    Script script = started();
    script.write(null, Script.entries(1, 1, 10, 10));
    script.disk.failAfter(1);
    StorageException first =
        catchThrowableOfType(StorageException.class, () -> script.log().sync());
    assertThat(first)
        .hasMessage(
            "disk: Input/output error (sync log-00000001); check the disk, then start the node"
                + " again");
    List<Consumer<SegmentedLog>> calls =
        List.of(
            log -> log.sync(),
            log -> log.write(null, Script.entries(3, 1, 1)),
            log -> log.write(new HardState(9, null), List.of()),
            log -> log.read(1, 1, 100));
    for (Consumer<SegmentedLog> call : calls) {
      assertThatThrownBy(() -> call.accept(script.log())).isSameAs(first);
    }
    script.log().close();
  }

  @Test
  void aFullDiskIsAnErrorThatNamesTheRemedy() {
    Script script = started();
    script.disk.limit(10_000);
    assertThatThrownBy(
            () -> {
              while (true) {
                script.write(null, Script.entries(script.twin.lastIndex() + 1, 1, 900));
              }
            })
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("No space left on device; make room");
    script.disk.kill();
    script.disk.limit(Long.MAX_VALUE);
    script.start();
  }

  @Test
  void aRotThatIsFoundByAReadCostsOneEntryUntilAPeerGivesIt() {
    Script script = started();
    List<Entry> entries = Script.entries(1, 1, 200, 200, 200);
    script.write(null, entries);
    script.sync();
    byte[] bytes = script.disk.contents("log-00000001");
    bytes[512 + 248 + 48 + 100] ^= 1;
    script.disk.rot("log-00000001", bytes);
    assertThat(script.log().read(1, 3, 1000)).containsExactly(entries.getFirst());
    DamagedEntryException damage =
        catchThrowableOfType(DamagedEntryException.class, () -> script.log().read(2, 3, 1000));
    assertThat(damage.entry().matches(entries.get(1))).isTrue();
    assertThat(script.log().read(3, 3, 1000)).containsExactly(entries.get(2));
    script.log().repair(Script.entries(2, 1, 199));
    assertThatThrownBy(() -> script.log().read(2, 2, 1)).isInstanceOf(DamagedEntryException.class);
    script.log().repair(entries);
    script.sync();
    script.disk.crash();
    script.start();
  }

  @Test
  void aReadThatFailsOnceIsTriedAgain() {
    Script script = started();
    script.write(null, Script.entries(1, 1, 200, 200));
    script.disk.failReadAfter(1);
    script.twin.requireSame(script.log());
  }

  /// The tour up to an error, another process, a power loss, a third process. Where segments cannot
  /// be given up, a full disk stays full.
  private static void failure(CrashTest.Tour tour, long operation, int fate) {
    SplittableRandom random = new SplittableRandom(operation * 1000 + fate);
    Script script = new Script(new SimulatedDisk("disk", random.split()), new Twin());
    script.disk.failAfter(operation);
    try {
      tour.of(script);
    } catch (StorageException e) {
      assertThat(e.getMessage()).containsAnyOf("Input/output error", "No space left on device");
    }
    script.disk.kill();
    if (fate % 3 == 0) {
      script.disk.failAfter(1 + random.nextInt(8));
      try {
        script.start();
      } catch (StorageException e) {
        script.disk.kill();
      }
    }
    script.goOn(random);
    script.disk.crash();
    script.goOn(random);
    script.disk.crash();
    script.start();
  }

  private static Script started() {
    Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
    script.start();
    return script;
  }
}
