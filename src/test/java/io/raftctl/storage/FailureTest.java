package io.raftctl.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.raftctl.raft.HardState;
import io.raftctl.simulation.disk.SimulatedDisk;
import io.raftctl.storage.log.SegmentedLog;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Errors of the operating system: the first one is final for the process, and the next process
/// finds all that was synced.
final class FailureTest {
  @Test
  void anErrorOfAnyOperationEndsTheProcessAndLosesNothingThatWasSynced() {
    for (long operation = 1; operation <= operationsOfTheTour(); operation++) {
      for (int fate = 0; fate < 12; fate++) {
        try {
          failure(operation, fate);
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
  void aRotThatIsFoundByAReadIsFinal() {
    Script script = started();
    script.write(null, Script.entries(1, 1, 200, 200));
    script.sync();
    byte[] bytes = script.disk.contents("log-00000001");
    bytes[512 + 48 + 100] ^= 1;
    script.disk.rot("log-00000001", bytes);
    assertThatThrownBy(() -> script.log().read(1, 1, 1000))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("disk/log-00000001, byte 512: the checksum of entry 1 does not");
    assertThatThrownBy(() -> script.log().sync()).isInstanceOf(StorageException.class);
  }

  @Test
  void anErrorOfAReadIsFinal() {
    Script script = started();
    script.write(null, Script.entries(1, 1, 200, 200));
    script.disk.failReadAfter(1);
    assertThatThrownBy(() -> script.log().read(1, 2, 1000)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> script.log().read(1, 2, 1000)).isInstanceOf(StorageException.class);
  }

  /// The tour up to an error, another process, a power loss, a third process.
  private static void failure(long operation, int fate) {
    SplittableRandom random = new SplittableRandom(operation * 1000 + fate);
    Script script = new Script(new SimulatedDisk("disk", random.split()), new Twin());
    script.disk.failAfter(operation);
    try {
      script.tour();
    } catch (StorageException e) {
      assertThat(e).hasMessageContaining("Input/output error");
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

  private static long operationsOfTheTour() {
    Script script = new Script(new SimulatedDisk("disk", new SplittableRandom(1)), new Twin());
    script.tour();
    return script.disk.operations();
  }
}
